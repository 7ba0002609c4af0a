import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '../../contract/failure.ts'
import { execute } from '../os/index.ts'
import { ImportError } from './types.ts'

const runLimitMs = 10_000
const longestAnswer = 1024 * 1024

const script = (url: string, mark: string): string => `
import(${JSON.stringify(url)}).then(async (module) => {
  let value = module.default ?? module
  if (typeof value === 'function') value = await value()
  process.stdout.write(${JSON.stringify(`\n${mark}`)} + JSON.stringify(value ?? null) + '\\n', () => process.exit(0))
})`

/**
 * What a file of code exports, found by running it in a Node of its own: on request only, with a time limit, and with
 * nothing of this environment but where programs are. @throws {ImportError}
 */
export async function runForExports(
  folder: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  const mark = 'hxe-import:'
  const kept = Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'SystemRoot'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  )
  const chunks: Buffer[] = []
  const node = process.versions.electron ? 'node' : process.execPath
  const result = await execute({
    argv: [node, '--eval', script(pathToFileURL(resolve(folder, file)).href, mark)],
    cwd: folder,
    env: kept as Record<string, string>,
    timeoutMs: runLimitMs,
    maxOutputBytes: 16 * 1024,
    onOutput: (stream, chunk) => {
      if (stream === 'stdout' && chunks.reduce((sum, { length }) => sum + length, 0) < longestAnswer) chunks.push(chunk)
    },
  }).catch((error: unknown) => {
    throw new ImportError(`${file} cannot be run: ${messageOf(error)}.`)
  })
  if (result.timedOut) throw new ImportError(`${file} did not end within ${runLimitMs / 1000} s, and was ended.`)
  const answer = Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .findLast((line) => line.startsWith(mark))
  if (answer === undefined) {
    const said = result.output.split('\n').find((line) => /Error|error/.test(line)) ?? result.output.trim().slice(-200)
    throw new ImportError(`${file} failed when it was run: ${said.slice(0, 300)}`)
  }
  try {
    return JSON.parse(answer.slice(mark.length))
  } catch {
    throw new ImportError(`What ${file} exports is larger than ${longestAnswer / 2 ** 20} MiB.`)
  }
}
