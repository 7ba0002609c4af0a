/** The worker's side: HCL is read and checked here, never on the thread that supervises. */
import { parentPort } from 'node:worker_threads'
import { editAlert, editForm, editNats, editService, readForm } from './edit/index.ts'
import { languageService } from './language/index.ts'
import { loadConfiguration } from './load.ts'
import { createStarterIfEmpty } from './paths.ts'
import type { ConfigRequest, ConfigResponse, LanguageAnswer } from './protocol.ts'
import { prepare } from './syntax/judge.ts'
import { loadTexts } from './texts.ts'
import { trim } from './trimmed.ts'

const port = parentPort
if (port === null) throw new Error('This is a worker; openConfigWorker() starts it.')

// While whoever started this reads the rest of the program. What fails is said to who asks first.
void prepare().catch(() => undefined)

port.on('message', (request: ConfigRequest) => {
  void answer(request).then((response) => port.postMessage(response))
})

async function answer({ id, ask }: ConfigRequest): Promise<ConfigResponse> {
  try {
    switch (ask.kind) {
      case 'warm-up':
        await prepare()
        return { id, result: null }
      case 'load':
        return { id, result: await loadConfiguration(ask.options) }
      case 'load-texts':
        return { id, result: await loadTexts(ask.files, ask.options) }
      case 'try-texts':
        return { id, result: trim(await loadTexts(ask.files, ask.options), ask.known) }
      case 'check-texts':
        return { id, result: (await loadTexts(ask.files, ask.options)).diagnostics }
      case 'create-starter':
        return { id, result: createStarterIfEmpty(ask.folder, ask.starter) }
      case 'language':
        return { id, result: await answerLanguage(ask) }
      case 'edit-service':
        return { id, result: await editService(ask.request, ask.options) }
      case 'edit-alert':
        return { id, result: await editAlert(ask.request, ask.options) }
      case 'edit-nats':
        return { id, result: await editNats(ask.request, ask.options) }
      case 'read-form':
        return { id, result: await readForm(ask.query, ask.options) }
      case 'edit-form':
        return { id, result: await editForm(ask.edit, ask.options) }
    }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

function answerLanguage(ask: Extract<ConfigRequest['ask'], { kind: 'language' }>): Promise<LanguageAnswer> {
  const service = languageService(ask.options)
  const method = service[ask.method] as (...given: unknown[]) => Promise<LanguageAnswer>
  return method(...ask.arguments)
}
