import type { LogLine } from '../../../contract/index.ts'
import { fileNameOf } from '../../actions/index.ts'
import { stripAnsi } from './ansi.ts'
import type { Page } from './window.ts'

export type FileFormat = 'text' | 'jsonl'

/** More lines do not go into one file; the newest do. */
const mostSaved = 1_000_000
const pageSize = 10_000

/** A line as it is copied and saved as text: without colours. */
export const plainText = ({ time, service, text }: LogLine): string => `${time} ${service} ${stripAnsi(text)}`

const jsonText = ({ place: _place, ...line }: LogLine): string => JSON.stringify(line)

export interface Collected {
  /** The parts of the file, in order. */
  parts: string[]
  lines: number
  /** There are older lines that were left out. */
  isCut: boolean
}

/** All lines that are asked for, page by page into the past, as what stands in a file. */
export async function collectLines(
  format: FileFormat,
  ask: (where: { cursor?: string; limit: number }) => Promise<Page>,
  onProgress: (lines: number) => void,
  signal: AbortSignal,
): Promise<Collected> {
  const toText = format === 'text' ? plainText : jsonText
  const parts: string[] = []
  let lines = 0
  let cursor: string | undefined
  do {
    const page = await ask({ ...(cursor !== undefined && { cursor }), limit: pageSize })
    signal.throwIfAborted()
    if (page.items.length > 0) parts.unshift(page.items.map((line) => `${toText(line)}\n`).join(''))
    lines += page.items.length
    cursor = page.nextCursor
    onProgress(lines)
  } while (cursor !== undefined && lines < mostSaved)
  return { parts, lines, isCut: cursor !== undefined }
}

/** `web-app_2026-11-28_14-03.log` */
export function fileName(services: readonly string[], at: Date, format: FileFormat): string {
  const [only] = services
  const what = services.length === 1 && only !== undefined ? only : 'logs'
  return fileNameOf(what, at, format === 'text' ? 'log' : 'jsonl')
}
