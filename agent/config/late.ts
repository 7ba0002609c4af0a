import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { messageOf } from '../../contract/failure.ts'
import { expandHome } from './home.ts'
import type { LateReference, LateText, Range } from './model.ts'

/** A value that is needed and not to be had. */
export interface MissingValue {
  what: 'env' | 'credential' | 'file' | 'env-file' | 'too-long'
  /** The variable, credential or path. */
  name: string
  /** A sentence for a person. */
  message: string
  range: Range
}

/** Where values that are known late come from. */
export interface LateContext {
  /** The agent's environment, which `env:NAME` reads. */
  env: Readonly<Record<string, string | undefined>>
  /** A credential's value, or `undefined` when there is none of this name. */
  credentials?: (name: string) => string | undefined
  /** @throws when the file cannot be read */
  readFile: (path: string) => string
  /** What `~` stands for. */
  home?: string
}

/** Looks up texts that were left open in one file, and notes what is missing. */
export class LateTexts {
  readonly missing: MissingValue[] = []
  protected readonly home: string
  /** What relative paths are relative to: the folder of the file that has them. */
  protected readonly folder: string
  private readonly context: LateContext

  constructor(file: string, context: LateContext) {
    this.context = context
    this.folder = resolve(dirname(file))
    this.home = context.home ?? homedir()
  }

  text(text: LateText): string {
    return text.parts.map((part) => (typeof part === 'string' ? part : this.reference(part))).join('')
  }

  /** An absolute path; `~` is the user's home. */
  path(path: string): string {
    return resolve(this.folder, expandHome(path, this.home))
  }

  /** The text of a file that is named by its path; a missing one is noted. */
  contents(path: string, range: Range): string {
    return this.read(path, 'file', range) ?? ''
  }

  private reference(reference: LateReference): string {
    switch (reference.from) {
      case 'env':
        return this.variable(reference)
      case 'credential': {
        const value = this.context.credentials?.(reference.name)
        if (value === undefined) {
          this.lack('credential', reference.name, `There is no credential "${reference.name}".`, reference.range)
        }
        return value ?? ''
      }
      case 'file':
        // The line end that editors put at the end of a file is not part of a password.
        return (this.read(this.path(reference.path), 'file', reference.range) ?? '').replace(/\r?\n$/, '')
    }
  }

  private variable(reference: Extract<LateReference, { from: 'env' }>): string {
    const { name, fallback, range } = reference
    const value = this.context.env[name] ?? fallback
    if (value === undefined) this.lack('env', name, `The environment variable ${name} is not set.`, range)
    return value ?? ''
  }

  protected read(path: string, what: 'file' | 'env-file', range: Range): string | undefined {
    try {
      return this.context.readFile(path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const reason = code === 'ENOENT' ? 'it does not exist' : messageOf(error)
      const kind = what === 'file' ? 'file' : 'env_file'
      this.lack(what, path, `The ${kind} ${path} cannot be read: ${reason}.`, range)
      return undefined
    }
  }

  protected lack(what: MissingValue['what'], name: string, message: string, range: Range): void {
    const isKnown = this.missing.some((other) => other.what === what && other.name === name)
    if (!isKnown) this.missing.push({ what, name, message, range })
  }
}
