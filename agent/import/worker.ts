/** The worker's side: strange files are read here, never on the thread that supervises, and in memory of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ImportAnswer, ImportAsk } from './client.ts'
import { findCandidates } from './find.ts'
import { previewImport } from './preview.ts'
import { ImportError } from './types.ts'

parentPort?.postMessage(answer(workerData as ImportAsk))

function answer(ask: ImportAsk): ImportAnswer {
  try {
    return { result: ask.kind === 'find' ? findCandidates(ask.folder) : previewImport(ask.request) }
  } catch (error) {
    if (error instanceof ImportError) return { refused: error.message }
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
