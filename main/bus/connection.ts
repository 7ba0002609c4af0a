import { EventEmitter } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { decode, encode, kinds, type Message } from './message.ts'
import type { Value } from './wire.ts'

const answerWithinMs = 5_000

export interface Call {
  destination: string
  path: string
  interface: string
  member: string
  signature?: string
  body?: Value[]
}

/** What an object of ours answers, or undefined for what it does not know. */
export type Answer = (call: Message) => { signature: string; body: Value[] } | undefined

/** Where the session bus listens; undefined where there is none that can be reached by a path. */
export function sessionBusPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const address of (env.DBUS_SESSION_BUS_ADDRESS ?? '').split(';')) {
    const [, path] = /^unix:(?:.*,)?path=([^,]+)/.exec(address) ?? []
    if (path !== undefined) return decodeURIComponent(path)
    const [, abstract] = /^unix:(?:.*,)?abstract=([^,]+)/.exec(address) ?? []
    if (abstract !== undefined) return `\0${decodeURIComponent(abstract)}`
  }
  const runtimeDir = env.XDG_RUNTIME_DIR
  return runtimeDir && env.DBUS_SESSION_BUS_ADDRESS === undefined ? `${runtimeDir}/bus` : undefined
}

/** A connection to the session bus: calls, signals, and answers of objects of one's own. */
export class Bus {
  readonly #socket: Socket
  readonly #waiting = new Map<number, { resolve: (body: Value[]) => void; reject: (error: Error) => void }>()
  readonly #signals = new EventEmitter<{ signal: [Message] }>()
  #serial = 0
  #received: Buffer = Buffer.alloc(0)
  #answer: Answer = () => undefined
  readonly closed: Promise<void>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end(new Error('The session bus has gone'))
        resolve()
      })
    })
    socket.on('data', (bytes) => this.#take(bytes))
  }

  static async open(path: string): Promise<Bus> {
    const socket = createConnection(path)
    try {
      await authenticate(socket)
    } catch (error) {
      socket.destroy()
      throw error
    }
    socket.on('error', () => socket.destroy())
    const bus = new Bus(socket)
    await bus.call({ ...daemon, member: 'Hello' })
    return bus
  }

  call({ signature, body = [], ...target }: Call): Promise<Value[]> {
    const serial = this.#send({ kind: kinds.call, ...target, ...(signature ? { signature } : {}), body })
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(serial)
        reject(new Error(`${target.destination} did not answer ${target.member} within ${answerWithinMs / 1000} s`))
      }, answerWithinMs)
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer)
          done(value)
        }
      this.#waiting.set(serial, { resolve: settle(resolve), reject: settle(reject) })
    })
  }

  emit(path: string, interfaceName: string, member: string, signature: string, body: Value[]): void {
    const content = signature === '' ? { body } : { signature, body }
    this.#send({ kind: kinds.signal, path, interface: interfaceName, member, ...content })
  }

  /** Whether somebody has this name on the bus. */
  async hasOwner(name: string): Promise<boolean> {
    const [owned] = await this.call({ ...daemon, member: 'NameHasOwner', signature: 's', body: [name] })
    return owned === true
  }

  async own(name: string): Promise<void> {
    await this.call({ ...daemon, member: 'RequestName', signature: 'su', body: [name, 0] })
  }

  async release(name: string): Promise<void> {
    await this.call({ ...daemon, member: 'ReleaseName', signature: 's', body: [name] })
  }

  /** Hears the signals that a match rule lets through. Returns what ends it. */
  async listen(rule: string, hear: (signal: Message) => void): Promise<() => void> {
    this.#signals.on('signal', hear)
    await this.call({ ...daemon, member: 'AddMatch', signature: 's', body: [rule] })
    return () => void this.#signals.off('signal', hear)
  }

  /** Answers what others ask of this connection. */
  serve(answer: Answer): void {
    this.#answer = answer
  }

  close(): void {
    this.#socket.destroy()
  }

  #send(message: Omit<Message, 'serial'>): number {
    this.#serial++
    if (this.#socket.writable) this.#socket.write(encode({ ...message, serial: this.#serial }))
    return this.#serial
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    try {
      for (let found = decode(this.#received); found; found = decode(this.#received)) {
        this.#received = this.#received.subarray(found.length)
        this.#handle(found.message)
      }
    } catch (error) {
      console.warn('The session bus sent what cannot be read:', error)
      this.#socket.destroy()
    }
  }

  #handle(message: Message): void {
    if (message.kind === kinds.signal) this.#signals.emit('signal', message)
    else if (message.kind === kinds.call) this.#reply(message)
    else {
      const waiting = this.#waiting.get(message.replySerial ?? 0)
      this.#waiting.delete(message.replySerial ?? 0)
      if (message.kind === kinds.answer) waiting?.resolve(message.body)
      else waiting?.reject(new Error(`${message.errorName}: ${String(message.body[0] ?? '')}`))
    }
  }

  #reply(call: Message): void {
    const answer = this.#answer(call)
    const address = { replySerial: call.serial, ...(call.sender ? { destination: call.sender } : {}) }
    if (!answer) {
      const errorName = 'org.freedesktop.DBus.Error.UnknownMethod'
      this.#send({
        kind: kinds.error,
        ...address,
        errorName,
        signature: 's',
        body: [`There is no ${call.member} here`],
      })
    } else {
      const { signature, body } = answer
      this.#send({ kind: kinds.answer, ...address, ...(signature === '' ? {} : { signature }), body })
    }
  }

  #end(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

const daemon = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const

/** As the user that this process runs as, which the kernel tells the bus. */
function authenticate(socket: Socket): Promise<void> {
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
  return new Promise((resolve, reject) => {
    const give = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    const timer = setTimeout(() => give(new Error('The session bus does not answer')), answerWithinMs)
    socket.once('error', give)
    socket.once('connect', () => socket.write(`\0AUTH EXTERNAL ${user}\r\n`))
    socket.once('data', (bytes: Buffer) => {
      const line = bytes.toString('latin1')
      if (!line.startsWith('OK ')) return give(new Error(`The session bus refuses: ${line.trim()}`))
      clearTimeout(timer)
      socket.off('error', give)
      socket.write('BEGIN\r\n')
      resolve()
    })
  })
}
