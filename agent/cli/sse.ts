/** Server-sent events as the HTML standard reads them, from bytes that arrive in any pieces. */

export interface ServerEvent {
  /** `message` where the stream names none. */
  event: string
  data: string
  /** The last id that the stream gave, which `Last-Event-ID` sends back. */
  id: string
}

/** An event may be as large as a page of long log lines; beyond this the other side is broken. */
const maxEventChars = 256 * 2 ** 20

/** Feed it what arrives; it answers with the events that are complete. What has not ended when the stream does is no event. */
export class EventParser {
  #decoder = new TextDecoder('utf-8', { ignoreBOM: false })
  /** Pieces of a line that has not ended: joined once, since a line may come in thousands of pieces. */
  #pieces: string[] = []
  #length = 0
  #afterReturn = false
  #event = ''
  #data: string[] = []
  #id = ''

  /** @throws when an event is larger than any agent sends */
  push(bytes: Uint8Array): ServerEvent[] {
    const text = this.#decoder.decode(bytes, { stream: true })
    const events: ServerEvent[] = []
    let start = 0
    for (;;) {
      // A return and a newline are one end of line, also when a chunk ends between them.
      if (this.#afterReturn && start < text.length) {
        this.#afterReturn = false
        if (text[start] === '\n') start++
      }
      const end = endOfLine(text, start)
      if (end === -1) break
      this.#keep(text.slice(start, end))
      const complete = this.#line(this.#pieces.join(''))
      this.#pieces = []
      if (complete) events.push(complete)
      this.#afterReturn = text[end] === '\r'
      start = end + 1
    }
    if (start < text.length) this.#keep(text.slice(start))
    return events
  }

  #keep(piece: string): void {
    this.#length += piece.length
    if (this.#length > maxEventChars) throw new Error('the agent sent an event that is larger than 256 MiB')
    this.#pieces.push(piece)
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return undefined
    const field = colon === -1 ? line : line.slice(0, colon)
    const raw = colon === -1 ? '' : line.slice(colon + 1)
    const value = raw.startsWith(' ') ? raw.slice(1) : raw
    if (field === 'event') this.#event = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    return undefined
  }

  #dispatch(): ServerEvent | undefined {
    const data = this.#data
    const event = this.#event || 'message'
    this.#data = []
    this.#event = ''
    this.#length = 0
    // The standard drops events without data.
    return data.length === 0 ? undefined : { event, data: data.join('\n'), id: this.#id }
  }
}

function endOfLine(text: string, start: number): number {
  const newline = text.indexOf('\n', start)
  const scanned = newline === -1 ? text.length : newline
  const early = text.slice(start, scanned).indexOf('\r')
  return early === -1 ? newline : start + early
}
