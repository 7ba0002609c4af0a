/** What a reader makes of a file: values by their HCL names, before they are written as HCL. */

/** A variable of the environment that the service is started with, within a text. */
export interface Reference {
  env: string
  fallback?: string
}

/** A text that holds references. A class, so that no data from a file can pass for one. */
export class Template {
  readonly parts: readonly (string | Reference)[]
  constructor(parts: readonly (string | Reference)[]) {
    this.parts = parts
  }
}

export type Value = string | number | boolean | Template | readonly Value[] | Values
export interface Values {
  readonly [name: string]: Value | undefined
}

export interface ImportedService {
  /** As the file has it; it is made a valid and unique name before it is written. */
  name: string
  values: Values
}

/** Something that could not be carried over, or that a person should know. */
export interface Note {
  what: string
  why: string
  line?: number
  suggestion?: string
}

export interface Imported {
  services: ImportedService[]
  notes: Note[]
  /** What is there but is not taken unless it is asked for, such as a `build` script. */
  others?: string[]
  /** It is code: only running it tells what is in it. */
  code?: true
}

/** The folder of a file, as a reader may see it: nothing outside what the person chose, and nothing large. */
export interface Folder {
  /** Absolute, as it will stand in the configuration. */
  path: string
  /** The text of a file, `undefined` when there is none, it is outside or too large. `name` is relative to this folder. */
  read(name: string): string | undefined
}

export interface ReadOptions {
  /** The file's name within its folder. */
  file: string
  folder: Folder
  /** Names that are asked for although they would not be taken. */
  wanted?: readonly string[]
  /** Images become `docker run` commands. */
  docker?: boolean
}

/** Text to services. Pure but for what it reads through the folder; runs nothing. */
export type Reader = (text: string, options: ReadOptions) => Imported

/** A file that cannot be read as what it is; the message is for a person. */
export class ImportError extends Error {
  override name = 'ImportError'
  readonly line: number | undefined
  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** An error of a parser that knows where: `loc` as acorn gives it. */
export function lineError(message: string, error: unknown): ImportError {
  const { loc } = error as { loc?: { line: number } }
  return new ImportError(message, loc?.line)
}
