export type AttributeType =
  | TextType
  | { is: 'bool' }
  | { is: 'number'; whole?: true; min?: number; max?: number }
  /** Zero is allowed where `zero` says so. */
  | { is: 'duration'; zero?: true }
  | { is: 'size' }
  | { is: 'cpu' }
  /** With `single`, one value stands for a list of one. */
  | { is: 'list'; of: AttributeType; single?: true }
  /** With `convert`, numbers and booleans become text, as HCL does it. */
  | { is: 'map'; of: AttributeType; convert?: true }
  | { is: 'any' }

export interface TextType {
  is: 'text'
  /** May hold `env:`, `credential:`, `file:` and `${env.…}`, known only when it is used. Elsewhere they are not looked for. */
  late?: true
  /** `env:NAME` is looked up when the files are read. */
  env?: true
  oneOf?: readonly string[]
  format?: TextFormat
}
export type TextFormat =
  | 'cron'
  | 'timezone'
  | 'signal'
  | 'umask'
  | 'regex'
  | 'command'
  | 'service'
  | 'group'
  | 'template'
  | 'notification'
  | 'user'
  | 'folder'
  | 'file'
  | 'hcl-file'
  | 'http-method'

export interface AttributeSchema {
  type: AttributeType
  doc: string
  default?: string | number | boolean | readonly (string | number)[]
  required?: true
  /** What is written here is masked wherever it is shown, whatever it is called. */
  secret?: true
  later?: true
}

export interface BlockSchema {
  doc: string
  label: 'none' | 'one' | 'optional'
  /** May stand several times (labelled ones: once for each label). */
  many?: true
  attributes: Readonly<Record<string, AttributeSchema>>
  blocks: Readonly<Record<string, BlockSchema>>
  /** Any name is an attribute of this type, as in `locals`. */
  anyAttribute?: AttributeType
  later?: true
}
