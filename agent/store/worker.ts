/** The database's own thread: nothing else of the agent waits for a disk that is slow. */
import { parentPort } from 'node:worker_threads'
import { type Database, openDatabase } from './database.ts'
import { faultOf } from './faults.ts'
import { databasePath, setAside } from './files.ts'
import type { Answers, Message, Opened, Reply, Request } from './protocol.ts'

let database: Database | undefined
let dataDir = ''

/** This worker's database is no more; a new worker opens another one, and all records are written to it again. */
class LostDatabase extends Error {
  override name = 'LostDatabase'
  readonly aside: string | undefined
  constructor(message: string, aside?: string) {
    super(message)
    this.aside = aside
  }
}

function current(): Database {
  if (!database?.isThere()) throw new LostDatabase('the database was removed and has been made anew')
  return database
}

function open(nowMs: number): Opened {
  const { database: opened, aside } = openDatabase(dataDir, nowMs)
  database = opened
  return { ...opened.read(), ...(aside !== undefined && { setAside: aside }) }
}

function answer(request: Request, nowMs: number): Answers[keyof Answers] {
  switch (request.op) {
    case 'open':
      dataDir = request.dataDir
      return open(nowMs)
    case 'write':
      return current().write(request)
    case 'events':
      return current().events(request.filter)
    case 'add-revision':
      current().revisions.add(request.entry, request.keepRows, request.olderThanMs)
      return null
    case 'revisions':
      return current().revisions.list(request.limit, request.before)
    case 'revision':
      return current().revisions.get(request.revision)
    case 'wipe':
      current().wipe()
      return null
    case 'prune':
      return current().prune(request)
    case 'add-series':
      return current().series.take(request.batch)
    case 'series':
      return current().series.query(request.query)
    case 'tend-series':
      return current().series.tend(nowMs, request.bounds)
    case 'set-delivery':
      current().deliveries.set(request.row, request.keepRows, request.olderThanMs)
      return null
    case 'delivery':
      return current().deliveries.get(request.id)
    case 'waiting-deliveries':
      return current().deliveries.waiting()
    case 'deliveries':
      return current().deliveries.list(request.filter)
    case 'delivery-counts':
      return current().deliveries.counts()
    case 'events-back':
      return current().eventsBack(request.upTo, request.sinceMs, request.limit)
    case 'add-host-events':
      current().hostEvents.add(request.batch)
      return null
    case 'host-positions':
      return current().hostEvents.positions()
    case 'host-events':
      return current().hostEvents.list(request.host, request.filter)
    case 'forget-host-events':
      current().hostEvents.forget(request.host)
      return null
    case 'close':
      database?.close()
      database = undefined
      return null
  }
}

/** Damage that is found at work: the file goes aside as it is. */
function answerOrSetAside({ request, nowMs }: Message): Answers[keyof Answers] {
  try {
    return answer(request, nowMs)
  } catch (error) {
    const fault = faultOf(error, dataDir)
    if (error instanceof LostDatabase || fault.kind !== 'replaced') throw error
    throw new LostDatabase(fault.message, setAside(databasePath(dataDir), nowMs))
  }
}

function handle(message: Message): Reply {
  try {
    return { id: message.id, value: answerOrSetAside(message) }
  } catch (error) {
    if (!(error instanceof LostDatabase)) return { id: message.id, fault: faultOf(error, dataDir) }
    const aside = error.aside === undefined ? {} : { setAside: error.aside }
    return { id: message.id, fault: { kind: 'replaced', message: error.message, ...aside } }
  }
}

parentPort?.on('message', (message: Message) => {
  const reply = handle(message)
  parentPort?.postMessage(reply)
  const done = message.request.op === 'close' || ('fault' in reply && reply.fault.kind === 'replaced')
  // The worker ends by itself: ended from outside in the middle of a call of SQLite's, it takes the process with it.
  if (done) parentPort?.close()
})
