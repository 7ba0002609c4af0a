import { type Clock, openWorker, systemClock } from '../os/index.ts'
import type { Found } from './find.ts'
import type { Preview, PreviewRequest } from './preview.ts'
import { ImportError } from './types.ts'

export type ImportAsk = { kind: 'find'; folder: string } | { kind: 'preview'; request: PreviewRequest }
export type ImportAnswer = { result: Found | Preview } | { refused: string } | { error: string }

/** A folder of a large project takes a second; what takes longer than this is meant to hang. */
const answerLimitMs = 30_000
/** Imports that are read at once; each has a thread of its own. */
const mostAtOnce = 2

export interface ImportWorker {
  /** @throws {ImportError} with a sentence for a person */
  find(folder: string): Promise<Found>
  /** @throws {ImportError} with a sentence for a person */
  preview(request: PreviewRequest): Promise<Preview>
}

/** Each question has a thread that ends with its answer: imports are rare, and nothing of a strange file stays. */
export function openImportWorker(clock: Clock = systemClock): ImportWorker {
  let running = 0
  const ask = async (question: ImportAsk): Promise<Found | Preview> => {
    if (running >= mostAtOnce) throw new ImportError('Another import is being read; try again in a moment.')
    running += 1
    try {
      return await askOnce(question, clock)
    } finally {
      running -= 1
    }
  }
  return {
    find: async (folder) => (await ask({ kind: 'find', folder })) as Found,
    preview: async (request) => (await ask({ kind: 'preview', request })) as Preview,
  }
}

async function askOnce(question: ImportAsk, clock: Clock): Promise<Found | Preview> {
  const worker = openWorker('import', question)
  let cancel = (): void => undefined
  try {
    const answer = await new Promise<ImportAnswer>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('The reader of imports ended without an answer.')))
      cancel = clock.after(answerLimitMs, () =>
        resolve({ refused: `Reading took longer than ${answerLimitMs / 1000} s. Choose a smaller folder.` }),
      )
    })
    if ('refused' in answer) throw new ImportError(answer.refused)
    if ('error' in answer) throw new Error(answer.error)
    return answer.result
  } finally {
    cancel()
    await worker.terminate()
  }
}
