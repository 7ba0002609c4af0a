import { AuthorizationError, type NatsConnection, UserAuthenticationExpiredError } from 'nats'
import type { ConnectionTrial } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import { type FleetAccess, openNats, refusedAccess, serverWarning } from './connect.ts'
import { sayRefusal } from './refusals.ts'
import { idOfCredential } from './sign.ts'

/** A server that neither answers nor refuses is given up by then. */
const trialLimitMs = 8_000

type Outcome = { is: 'open' } | { is: 'failed'; text: string; about: ConnectionTrial['about'] }

/** Joins once and leaves at once; nothing is kept of it. `id` names the trial in subjects. */
export async function tryAccess(access: FleetAccess, id: string, clock: Clock): Promise<ConnectionTrial> {
  const failed = (text: string, about: ConnectionTrial['about']): ConnectionTrial => ({
    ok: false,
    text,
    about,
    serverVersion: null,
    rttMs: null,
  })
  const refused = refusedAccess(access)
  if (refused !== undefined) return failed(sentence(refused), 'servers')
  if ((access.nkeySeed ?? access.creds) !== undefined && idOfCredential(access) === undefined) {
    const text = 'The key cannot be read: give the whole seed, which begins with SU, or the whole .creds file.'
    return failed(text, 'credential')
  }
  const whys: string[] = []
  let fail = (): void => {}
  let opened: ReturnType<typeof openNats>
  try {
    opened = openNats(access, id, {
      failed: (why) => {
        whys.push(why)
        // Each server is asked once.
        if (whys.length >= access.servers.length) fail()
      },
      waitMs: () => 0,
    })
  } catch (error) {
    return failed(sentence((error as Error).message), 'servers')
  }
  const { connection, begin } = opened
  let cancel = (): void => {}
  try {
    const outcome = await new Promise<Outcome>((resolve) => {
      const silent = 'The server has not answered: it may be no NATS server, or behind a firewall'
      fail = () => resolve({ is: 'failed', text: sentence(whys.at(-1) ?? silent), about: aboutOf(whys.at(-1) ?? '') })
      cancel = clock.after(trialLimitMs, () => fail())
      void refusalOf(connection).then((error) => {
        if (error !== undefined)
          resolve({ is: 'failed', text: sayRefusal(error, access, clock.nowMs()), about: 'credential' })
      })
      begin().then(
        () => resolve({ is: 'open' }),
        (error: unknown) => resolve({ is: 'failed', text: sentence((error as Error).message), about: null }),
      )
    })
    return outcome.is === 'open' ? await told(connection) : failed(outcome.text, outcome.about)
  } finally {
    cancel()
    // One that was never open is closed all the same: it would go on to try.
    await connection.close().catch(() => undefined)
  }
}

async function told(connection: NatsConnection): Promise<ConnectionTrial> {
  const rttMs = await connection.rtt()
  const serverVersion = connection.info?.version ?? null
  const warning = serverVersion === null ? undefined : serverWarning(serverVersion)
  const text = `${connection.getServer()} has taken this: ${rttMs} ms away.${warning === undefined ? '' : ` ${warning}`}`
  return { ok: true, text, about: null, serverVersion, rttMs }
}

/** The server's no to a credential; undefined when the connection ends without one. */
async function refusalOf(connection: NatsConnection): Promise<unknown> {
  for await (const status of connection.status()) {
    if (status.type !== 'error') continue
    const { error } = status
    if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) return error
  }
  return undefined
}

const aboutOf = (why: string): ConnectionTrial['about'] =>
  /certificate|encrypt|tls|pem/i.test(why) ? 'tls' : 'servers'

function sentence(text: string): string {
  const ended = /[.!?]$/.test(text) ? text : `${text}.`
  return ended.charAt(0).toUpperCase() + ended.slice(1)
}
