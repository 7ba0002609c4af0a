import type { Worker } from 'node:worker_threads'
import type { Diagnostic, FormEdit, FormEdited, FormQuery, ServiceForm } from '../../contract/index.ts'
import { type Clock, openWorker, systemClock } from '../os/index.ts'
import type { AlertEdit, AlertEdited, EditAnswer, EditRequest, NatsEdit } from './edit/index.ts'
import type { LanguageService } from './language/index.ts'
import type { LoadOptions, LoadResult } from './load.ts'
import type { Configuration } from './model.ts'
import type { ConfigAnswer, ConfigRequest, ConfigResponse } from './protocol.ts'
import type { TrialResult } from './texts.ts'
import { marksOf, type Trimmed, untrim } from './trimmed.ts'

/** The first answer may include starting HashiCorp's parser: 0.3 s, and much more on a machine that is busy. */
const startLimitMs = 30_000
/** HashiCorp's parser keeps some 75 MB; while nobody edits, the worker ends. Starting it again takes 0.3 s. */
const idleLimitMs = 10_000
/** A file of 16 MiB takes seconds; what takes longer than this hangs. */
const answerLimitMs = 60_000

export interface ConfigWorker {
  /** Reads, checks and merges. Never rejects for what files contain. @throws when the worker itself fails, with the reason */
  loadConfiguration(options: LoadOptions): Promise<LoadResult>
  /** Loads `files` (names relative to the configuration folder) as if they stood there, over what is on disk. */
  loadTexts(files: Readonly<Record<string, string | null>>, options: LoadOptions): Promise<TrialResult>
  /** As `loadTexts`, beside a configuration that is known: services that are the same in both have their places of then. */
  tryTexts(
    files: Readonly<Record<string, string | null>>,
    options: LoadOptions,
    known: Configuration | undefined,
  ): Promise<TrialResult>
  /** What is wrong with texts, as `loadTexts` says it, without the configuration that they are: that costs to hand over. */
  checkTexts(files: Readonly<Record<string, string | null>>, options: LoadOptions): Promise<Diagnostic[]>
  /** Fills a folder that has nothing in it with the starter set; the files that it made. */
  createStarterIfEmpty(folder: string, starter: string): Promise<string[]>
  /** Answers what an editor asks, from the files as they are and the texts that it holds. */
  language(load: LoadOptions): LanguageService
  /** What a change of a service makes of the files' texts; nothing is written. */
  editService(request: EditRequest, options: LoadOptions): Promise<EditAnswer>
  /** What a rule in place of the one of its name makes of the files' texts; nothing is written. */
  editAlert(request: AlertEdit, options: LoadOptions): Promise<AlertEdited>
  /** What a change of the agent's `nats` block makes of the files' texts; undefined where no file has an `agent` block. */
  editNats(request: NatsEdit, options: LoadOptions): Promise<AlertEdited>
  /** The fields of a service; undefined where no file has it. */
  readForm(query: FormQuery, options: LoadOptions): Promise<ServiceForm | undefined>
  /** What changed fields make of texts that an editor holds; undefined where no file has the service. */
  editForm(edit: FormEdit, options: LoadOptions): Promise<FormEdited | undefined>
  /** Ends the worker; what is still asked of it is refused. */
  close(): Promise<void>
}

export interface ConfigWorkerOptions {
  clock?: Clock
  /** Called when the worker has ended for want of questions: the moment to give freed memory back to the system. */
  onIdle?: () => void
  /** For tests: another way to start the worker. */
  open?: () => Worker
}

/** Starts the worker that reads configurations, and starts it again when it has died. */
export function openConfigWorker(options: ConfigWorkerOptions = {}): ConfigWorker {
  const clock = options.clock ?? systemClock
  const open = options.open ?? (() => openWorker('config'))
  let connection: Connection | undefined

  const ask = (request: ConfigRequest['ask']): Promise<ConfigAnswer> => {
    if (connection === undefined || connection.ended) connection = new Connection(open(), clock, options.onIdle)
    return connection.ask(request)
  }
  // The first answer should not wait for it. A failure comes again when something is asked.
  void ask({ kind: 'warm-up' }).catch(() => undefined)

  return {
    loadConfiguration: async (load) => (await ask({ kind: 'load', options: plain(load) })) as LoadResult,
    loadTexts: async (files, load) => (await ask({ kind: 'load-texts', files, options: plain(load) })) as TrialResult,
    tryTexts: async (files, load, known) => {
      const options = plain(load)
      return untrim((await ask({ kind: 'try-texts', files, options, known: marksOf(known) })) as Trimmed, known)
    },
    checkTexts: async (files, load) =>
      (await ask({ kind: 'check-texts', files, options: plain(load) })) as Diagnostic[],
    createStarterIfEmpty: async (folder, starter) =>
      (await ask({ kind: 'create-starter', folder, starter })) as string[],
    language: (load) => askLanguage(ask, plain(load)),
    editService: async (request, load) =>
      (await ask({ kind: 'edit-service', request, options: plain(load) })) as EditAnswer,
    editAlert: async (request, load) =>
      (await ask({ kind: 'edit-alert', request, options: plain(load) })) as AlertEdited,
    editNats: async (request, load) => (await ask({ kind: 'edit-nats', request, options: plain(load) })) as AlertEdited,
    readForm: async (query, load) =>
      (await ask({ kind: 'read-form', query, options: plain(load) })) as ServiceForm | undefined,
    editForm: async (edit, load) =>
      (await ask({ kind: 'edit-form', edit, options: plain(load) })) as FormEdited | undefined,
    close: async () => connection?.end(new Error('The reader of configurations has been closed.')),
  }
}

/** Each method of the service as a question to the worker. */
function askLanguage(
  ask: (request: ConfigRequest['ask']) => Promise<ConfigAnswer>,
  options: LoadOptions,
): LanguageService {
  const over = <Method extends keyof LanguageService>(method: Method) =>
    ((...given: unknown[]) =>
      ask({ kind: 'language', method, arguments: given, options } as ConfigRequest['ask'])) as LanguageService[Method]
  return {
    files: over('files'),
    read: over('read'),
    symbols: over('symbols'),
    complete: over('complete'),
    hover: over('hover'),
    definition: over('definition'),
    references: over('references'),
    rename: over('rename'),
    format: over('format'),
  }
}

/** `process.env` and the like cannot be sent to a worker as they are. */
function plain(options: LoadOptions): LoadOptions {
  return { ...options, env: { ...options.env } }
}

interface Waiting {
  resolve: (result: ConfigAnswer) => void
  reject: (error: Error) => void
  cancel: () => void
}

class Connection {
  ended = false
  private readonly worker: Worker
  private readonly clock: Clock
  private readonly onIdle: (() => void) | undefined
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0
  private isWarm = false
  private cancelIdle: () => void = () => undefined

  constructor(worker: Worker, clock: Clock, onIdle: (() => void) | undefined) {
    this.worker = worker
    this.clock = clock
    this.onIdle = onIdle
    worker.on('message', (response: ConfigResponse) => this.receive(response))
    worker.on('error', (error) => void this.end(new Error(`The reader of configurations failed: ${String(error)}`)))
    worker.on('exit', (code) => void this.end(new Error(`The reader of configurations ended with code ${code}.`)))
  }

  ask(request: ConfigRequest['ask']): Promise<ConfigAnswer> {
    this.cancelIdle()
    this.lastId += 1
    const id = this.lastId
    const limitMs = this.isWarm ? answerLimitMs : startLimitMs
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(limitMs, () => {
        // A worker that does not answer is stuck for good; the next request gets a new one.
        void this.end(new Error(`The reader of configurations gave no answer within ${limitMs / 1000} s.`))
      })
      this.waiting.set(id, { resolve, reject, cancel })
      // While somebody waits, the process must not end for want of other work.
      this.worker.ref()
      const message: ConfigRequest = { id, ask: request }
      this.worker.postMessage(message)
    })
  }

  async end(reason: Error): Promise<void> {
    if (this.ended) return
    this.ended = true
    this.cancelIdle()
    for (const { reject, cancel } of this.waiting.values()) {
      cancel()
      reject(reason)
    }
    this.waiting.clear()
    await this.worker.terminate()
  }

  private rest(): void {
    this.worker.unref()
    this.cancelIdle = this.clock.after(idleLimitMs, () => {
      void this.end(new Error('Nothing was asked for a while.')).then(() => this.onIdle?.())
    })
  }

  private receive(response: ConfigResponse): void {
    const waiting = this.waiting.get(response.id)
    if (waiting === undefined) return
    this.waiting.delete(response.id)
    this.isWarm = true
    waiting.cancel()
    if (this.waiting.size === 0) this.rest()
    if ('error' in response) waiting.reject(new Error(response.error))
    else waiting.resolve(response.result)
  }
}
