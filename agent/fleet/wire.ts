/** What the fleet needs of a connection to NATS; the library's is one, and tests may lose or double what goes through. */
export interface Wire {
  /** How long a message may be. */
  mostBytes(): number
  publish(subject: string, data: Uint8Array): void
  /** `reply` answers a request once. Returns the clean-up. */
  subscribe(subject: string, heard: (message: WireMessage) => void): () => void
  /** @throws {NoHostError} where nobody hears the subject, {SilentHostError} when no answer comes in time */
  request(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array>
}

export interface WireMessage {
  subject: string
  data: Uint8Array
  reply(data: Uint8Array): void
}

/** Nobody hears the subject: the host is away. */
export class NoHostError extends Error {
  override name = 'NoHostError'
}
/** No answer in time: whether it was done is not known. */
export class SilentHostError extends Error {
  override name = 'SilentHostError'
}
