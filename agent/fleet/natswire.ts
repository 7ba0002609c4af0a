import { type NatsConnection, NoRespondersError, TimeoutError } from 'nats'
import { NoHostError, SilentHostError, type Wire } from './wire.ts'

/** What a server takes in one message unless it has been told otherwise. */
const usualMostBytes = 1024 * 1024

/** The connection as the fleet uses it. */
export function wireOf(connection: NatsConnection, isOpen: () => boolean): Wire {
  return {
    mostBytes: () => connection.info?.max_payload ?? usualMostBytes,
    publish(subject, data) {
      // The library would keep it, and say it on its return, which is too late here.
      if (isOpen()) connection.publish(subject, data)
    },
    subscribe(subject, heard) {
      const subscription = connection.subscribe(subject, {
        callback: (error, message) => {
          if (!error)
            heard({
              subject: message.subject,
              data: message.data,
              reply: (data) => void (isOpen() && message.respond(data)),
            })
        },
      })
      return () => subscription.unsubscribe()
    },
    async request(subject, data, timeoutMs) {
      if (!isOpen()) throw new SilentHostError('The server of the fleet is away')
      try {
        const { data: answer } = await connection.request(subject, data, { timeout: Math.max(1, timeoutMs) })
        return answer
      } catch (error) {
        const { cause } = error as Error
        if (error instanceof NoRespondersError || cause instanceof NoRespondersError)
          throw new NoHostError('The host is away: nobody answers under its name')
        if (error instanceof TimeoutError || cause instanceof TimeoutError)
          throw new SilentHostError(`The host has not answered within ${Math.round(timeoutMs / 1000)} s`)
        throw new SilentHostError(`The fleet's server cannot be reached: ${(error as Error).message}`)
      }
    },
  }
}
