import { JetStreamApiError, StorageType } from '@nats-io/jetstream'
import { type KV, type KvEntry, Kvm } from '@nats-io/kv'
import { z } from 'zod'
import { messageOf } from '../../contract/failure.ts'
import { CoreError } from '../core.ts'
import { type Head, headSchema, type Release, releaseSchema, type Word } from './bundle.ts'
import type { JetStreamAccess } from './jetstream.ts'
import { isSealedBy, type Sealed, type Signer } from './sign.ts'
import { bucketOf } from './subjects.ts'
import type { Wire } from './wire.ts'

/** A message may have 1 MiB unless the server says otherwise. */
const mostSealedBytes = 900 * 1024
const mostBucketBytes = 256 * 1024 * 1024
/** Two who write at the same time take turns. */
const mostTries = 8
const streamNotFound = 10059
const wrongSequence = new Set([10071, 10164])
const clusteredReplicas = 3

const sealedSchema = z.object({
  text: z.string(),
  key: z.string().max(100).optional(),
  sig: z.string().max(200).optional(),
})

export interface BucketOptions {
  jetStream: JetStreamAccess
  wire: Wire
  prefix: string
  /** Undefined where nothing can be signed, or need be. */
  signer: Signer | undefined
  trustedKeys: ReadonlySet<string>
  mustBeSigned: boolean
}

/** The fleet's configuration where it is kept: a bucket that agents read, and those who command write. */
export class BundleBucket {
  readonly #options: BucketOptions
  readonly #names: ReturnType<typeof bucketOf>

  constructor(options: BucketOptions) {
    this.#options = options
    this.#names = bucketOf(options.prefix)
  }

  /**
   * Calls back when something may have changed, as long as the connection is there. What is put into a bucket is heard by whoever
   * listens on its subjects; that may be lost, so it only says that it is time to look.
   */
  onChange(listener: () => void): void {
    const { wire, jetStream } = this.#options
    wire.subscribe(this.#names.subjects, listener)
    jetStream.onTurn(listener)
  }

  /** The word about each bundle; undefined where there is no bucket. @throws UNAVAILABLE */
  async words(): Promise<Map<string, Word> | undefined> {
    const names = await this.#bundleNames()
    if (names === undefined) return undefined
    const bucket = await this.#open()
    const words = new Map<string, Word>()
    for (const name of names) {
      const entry = await this.#ask(() => bucket.get(name))
      const word = entry ? this.#wordOf(name, entry) : undefined
      if (word) words.set(name, word)
    }
    return words
  }

  /** @throws UNAVAILABLE, CONFLICT where it is not what somebody trusted has written */
  async head(name: string): Promise<Head | undefined> {
    if ((await this.#bundleNames()) === undefined) return undefined
    const bucket = await this.#open()
    const entry = await this.#ask(() => bucket.get(name))
    return headOf(entry && this.#wordOf(name, entry))
  }

  /** @throws as `head` does */
  async release(name: string, revision: number): Promise<Release | undefined> {
    const bucket = await this.#open()
    const entry = await this.#ask(() => bucket.get(releaseKey(name, revision)))
    if (entry?.operation !== 'PUT') return undefined
    const release = this.#read(entry, releaseSchema)
    if (typeof release === 'string') throw new CoreError('CONFLICT', release, { reason: 'unsigned' })
    return release.name === name && release.revision === revision ? release : undefined
  }

  /** @throws BAD_INPUT where it is too large, FORBIDDEN, UNAVAILABLE */
  async writeRelease(release: Release): Promise<void> {
    const bucket = await this.#open(true)
    await this.#ask(async () => bucket.put(releaseKey(release.name, release.revision), this.#seal(release)))
  }

  /**
   * Changes the word about a bundle; `change` is given what there is and is asked again where somebody else was faster.
   * Undefined leaves it. Files of revisions that no word has any more go. @throws what `change` throws, UNAVAILABLE
   */
  async changeHead(name: string, change: (head: Head | undefined) => Head | undefined): Promise<Head | undefined> {
    const bucket = await this.#open(true)
    for (let tries = 1; ; tries++) {
      const entry = await this.#ask(() => bucket.get(name))
      const before = headOf(entry && this.#wordOf(name, entry))
      const after = change(before)
      if (!after) return before
      try {
        await bucket.put(name, this.#seal(after), { previousSeq: entry?.revision ?? 0 })
      } catch (error) {
        if (tries < mostTries && error instanceof JetStreamApiError && wrongSequence.has(error.code)) continue
        throw unavailable(error)
      }
      await this.#prune(bucket, name, before, after)
      return after
    }
  }

  async #prune(bucket: KV, name: string, before: Head | undefined, after: Head): Promise<void> {
    const kept = new Set(after.releases.map(({ revision }) => revision))
    // What stays for now harms nobody.
    for (const { revision } of before?.releases ?? [])
      if (!kept.has(revision)) await bucket.purge(releaseKey(name, revision)).catch(() => undefined)
  }

  /** Undefined where there is no bucket. */
  async #bundleNames(): Promise<string[] | undefined> {
    const { manager } = this.#tools()
    const { stream, subjects } = this.#names
    try {
      const { state } = await manager.streams.info(stream, { subjects_filter: subjects })
      const head = subjects.slice(0, -1)
      return Object.keys(state.subjects ?? {})
        .map((subject) => subject.slice(head.length))
        .filter((key) => !key.includes('.'))
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === streamNotFound) return undefined
      throw unavailable(error)
    }
  }

  async #open(mayCreate = false): Promise<KV> {
    const { client } = this.#tools()
    const { bucket } = this.#names
    const kvm = new Kvm(client)
    // Read from the leader: what a follower of a cluster answers may be older than what was told of.
    const options = { allow_direct: false, history: 1, storage: StorageType.File, max_bytes: mostBucketBytes }
    if (!mayCreate || (await this.#bundleNames()) !== undefined) return this.#ask(() => kvm.open(bucket, options))
    return this.#ask(() =>
      kvm
        .create(bucket, { ...options, replicas: clusteredReplicas })
        // A server by itself, or a cluster of fewer.
        .catch(() => kvm.create(bucket, options)),
    )
  }

  #tools(): NonNullable<JetStreamAccess['tools']> {
    const { tools, problem } = this.#options.jetStream
    if (tools) return tools
    throw new CoreError('UNAVAILABLE', `The fleet's configuration cannot be reached. ${problem}`, { part: 'fleet' })
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (error) {
      throw unavailable(error)
    }
  }

  #wordOf(name: string, entry: KvEntry): Word | undefined {
    if (entry.operation !== 'PUT') return undefined
    const head = this.#read(entry, headSchema)
    if (typeof head === 'string') return { is: 'refused', text: head }
    return head.name === name ? { is: 'head', head } : undefined
  }

  /** What was written, or why it is not believed. */
  #read<T extends { fleet: string }>(entry: KvEntry, schema: z.ZodType<T>): T | string {
    const { mustBeSigned, trustedKeys, prefix } = this.#options
    const kept = parsed(entry.string(), sealedSchema)
    if (!kept) return `What the store has of ${entry.key} cannot be read.`
    if (mustBeSigned && !isSealedBy(kept, trustedKeys))
      return `What the store has of ${entry.key} is not signed by a key that this host trusts (trusted_keys).`
    const value = parsed(kept.text, schema)
    return value?.fleet === prefix
      ? value
      : `What the store has of ${entry.key} is not of this fleet, or of another version of hxe.`
  }

  #seal(value: Head | Release): string {
    const { signer, mustBeSigned } = this.#options
    if (mustBeSigned && !signer)
      throw new CoreError(
        'FORBIDDEN',
        'This host has no signing_seed, so no other would follow it. `hxe hosts keys NAME --controller` makes one.',
        { needs: 'signing_seed' },
      )
    const text = JSON.stringify(value)
    const kept: Sealed = signer?.seal(text) ?? { text }
    const whole = JSON.stringify(kept)
    if (Buffer.byteLength(whole) <= mostSealedBytes) return whole
    const message = `The bundle is too large: ${Math.ceil(Buffer.byteLength(whole) / 1024)} KiB as it is sent, at most ${mostSealedBytes / 1024}. Make two of it.`
    throw new CoreError('BAD_INPUT', message, { errors: [{ path: 'files', message }] })
  }
}

function headOf(word: Word | null | undefined): Head | undefined {
  if (word?.is === 'head') return word.head
  if (word) throw new CoreError('CONFLICT', word.text, { reason: 'unsigned' })
  return undefined
}

const releaseKey = (name: string, revision: number): string => `${name}.r.${revision}`

function unavailable(error: unknown): Error {
  if (error instanceof CoreError) return error
  const why = messageOf(error)
  return new CoreError('UNAVAILABLE', `The fleet's configuration cannot be reached: ${why}.`, { part: 'fleet' })
}

function parsed<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
