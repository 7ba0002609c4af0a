import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { messageOf } from '../../../contract/failure.ts'
import { userCacheDir } from '../../os/cachedir.ts'
import { Remembered } from '../../os/remembered.ts'
import { compileWasmOnce } from '../../os/wasm.ts'
import { Kept } from './kept.ts'
import { type Friendly, friendly } from './messages.ts'
import type { Source, Span } from './source.ts'

/** HashiCorp's own parser, in WebAssembly; it prints Go's panics, and answers through promises. */
interface Hcl2Json {
  parse(filename: string, contents: string): Promise<unknown>
}

export interface Refusal extends Span, Friendly {}

/** The name under which a text is given to the parser, so that its messages can be taken apart whatever they quote. */
const marker = '\uE000'
const pattern = new RegExp(`${marker}:(\\d+),(\\d+)-(?:(\\d+),)?(\\d+): `, 'gu')

/** The syntax errors of one file that are told. */
export const maxErrors = 200

const require = createRequire(import.meta.url)
let parser: Hcl2Json | undefined

/** Starts the parser, which takes some 200 ms; a later call is quick. */
export async function warmUp(): Promise<void> {
  // Required rather than imported: the package is CommonJS and loads its WebAssembly beside itself.
  parser ??= loadParser()
  await parser.parse(marker, '')
}

/** Starts the parser if it will be needed: where configurations were read before, what has not changed is known. */
export async function prepare(): Promise<void> {
  if (passed().isEmpty) await warmUp()
}

function loadParser(): Hcl2Json {
  compileWasmOnce()
  return require('@cdktf/hcl2json') as Hcl2Json
}

const mostVerdicts = 4000

/** What was said about the texts asked for last, by their hash: of many mostly one has changed since. */
const verdicts = new Kept<Refusal[]>(mostVerdicts)

let remembered: Remembered | undefined

/** The texts that this version of the parser has taken, by their hash: starting it is the longest part of an agent's start. */
function passed(): Remembered {
  if (remembered) return remembered
  const { version } = require('@cdktf/hcl2json/package.json') as { version: string }
  remembered = new Remembered(join(userCacheDir(process.env, process.platform), `hcl-${version}`), mostVerdicts)
  return remembered
}

/** What HashiCorp's parser has against a text: all of its errors, at its positions. None means that it is HCL. */
export async function judge(source: Source): Promise<Refusal[]> {
  const key = createHash('sha256').update(source.text).digest('base64')
  const verdict = verdicts.get(key) ?? (passed().has(key) ? [] : await ask(source))
  verdicts.set(key, verdict, 1)
  if (verdict.length === 0) passed().add(key)
  return verdict
}

async function ask(source: Source): Promise<Refusal[]> {
  await warmUp()
  try {
    await parser?.parse(marker, source.text)
    return []
  } catch (error) {
    return readRefusals(messageOf(error), source)
  }
}

function readRefusals(message: string, source: Source): Refusal[] {
  const heads = [...message.matchAll(pattern)]
  if (heads.length === 0) {
    // It is HCL, and only has no form in JSON: a block with a label beside one of the same type without, for example.
    if (message.startsWith('convert to HCL')) return []
    return [{ start: 0, end: 0, message: `HashiCorp's parser does not take this file: ${message}` }]
  }
  return withoutEchoes(heads).map(({ head, end }) => {
    const text = message.slice(head.index + head[0].length, end ?? message.length).replace(/\]?\s*$/u, '')
    return readRefusal(head, text, source)
  })
}

/** One mistake often draws further errors on the same line that say less; the first is the cause. */
function withoutEchoes(heads: readonly RegExpExecArray[]): { head: RegExpExecArray; end: number | undefined }[] {
  const lines = new Set<string>()
  return heads.flatMap((head, index) => {
    const [, line = ''] = head
    if (lines.has(line) || lines.size >= maxErrors) return []
    lines.add(line)
    return [{ head, end: heads[index + 1]?.index }]
  })
}

function readRefusal(head: RegExpExecArray, text: string, source: Source): Refusal {
  const [, line, column, endLine, endColumn] = head
  const start = offsetOf(source, Number(line), Number(column))
  const end = offsetOf(source, Number(endLine ?? line), Number(endColumn))
  const [summary = '', ...detail] = text.split('; ')
  const context = {
    detail: detail.join('; ').replaceAll(`${marker}:`, 'line '),
    written: source.text.slice(start, Math.max(end, start + 1)),
    before: source.text.slice(source.lineStart(source.position(start).line), start),
    after: source.text.slice(Math.max(end, start + 1), Math.max(end, start) + 200),
  }
  return { start, end, ...friendly(summary, context) }
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** HashiCorp's columns count grapheme clusters; ours, and everyone's offsets, do not. */
function offsetOf(source: Source, line: number, column: number): number {
  const start = source.lineStart(line)
  const text = source.line(line)
  if (/^[\x20-\x7e\t]*$/.test(text)) return Math.min(start + column - 1, source.text.length)
  let left = column - 1
  let offset = 0
  for (const { segment } of graphemes.segment(text)) {
    if (left <= 0) break
    left -= 1
    offset += segment.length
  }
  return Math.min(start + offset + left, source.text.length)
}
