import { AsyncIteratorClass, withEventMeta } from '@orpc/server'

/**
 * A stream of the agent as a carrier takes it: it ends at once when the reader goes away (an async generator that
 * waits for its source would not), and each item carries the id from which a reader resumes.
 */
export function streamOf<Item extends object>(
  outer: AbortSignal | undefined,
  open: (signal: AbortSignal) => AsyncIterable<Item>,
  translate: (error: unknown) => unknown,
  idOf?: (item: Item) => string,
): AsyncIteratorClass<Item, undefined> {
  const inner = new AbortController()
  const { signal } = inner
  if (outer?.aborted) inner.abort()
  else outer?.addEventListener('abort', () => inner.abort(), { once: true })
  let source: AsyncIterator<Item> | undefined
  return new AsyncIteratorClass<Item, undefined>(
    async () => {
      try {
        source ??= open(signal)[Symbol.asyncIterator]()
        const { done, value } = await source.next()
        if (done || signal.aborted) return { done: true, value: undefined }
        return { done: false, value: idOf ? withEventMeta(value, { id: idOf(value) }) : value }
      } catch (error) {
        // A source may end an aborted wait by throwing; nobody listens any more.
        if (signal.aborted) return { done: true, value: undefined }
        throw translate(error)
      }
    },
    async () => {
      inner.abort()
      // Not awaited: a generator in the middle of a wait answers `return` only after it.
      source?.return?.()?.then(undefined, () => undefined)
    },
  )
}
