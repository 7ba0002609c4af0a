import { LateTexts, type NatsSettings } from '../config/index.ts'
import type { FleetAccess } from '../fleet/index.ts'
import { currentEnv, readTextNow } from '../os/index.ts'
import { present } from '../present.ts'
import type { Engine } from './engine.ts'
import { info } from './lifetime.ts'

/** What a `nats` block comes to. */
export interface NatsAccess {
  access: FleetAccess
  signingSeed?: string
}

/** The values of a `nats` block as they are now, or what is missing of them. */
export function resolveNats(engine: Engine, settings: NatsSettings): NatsAccess | { missing: string } {
  const { credentials } = engine.deps
  const texts = new LateTexts(settings.range.file, {
    env: currentEnv(),
    readFile: readTextNow,
    credentials: (name) => credentials.get(name),
  })
  const text = (value: NatsSettings['token']): string | undefined => value && texts.text(value)
  const file = (value: NatsSettings['token']): string | undefined => {
    const path = text(value)
    return path === undefined ? undefined : texts.contents(texts.path(path), settings.range)
  }
  const { tls } = settings
  const access = {
    servers: settings.servers.map((server) => texts.text(server)),
    name: `hxe ${info(engine).name}`,
    token: text(settings.token),
    username: text(settings.username),
    password: text(settings.password),
    nkeySeed: text(settings.nkeySeed),
    creds: file(settings.credsFile) ?? text(settings.creds),
    tls:
      tls &&
      present({
        ca: file(tls.caFile) ?? text(tls.ca),
        cert: file(tls.certFile) ?? text(tls.cert),
        key: file(tls.keyFile) ?? text(tls.key),
      }),
  }
  const signingSeed = text(settings.signingSeed)
  const [first] = texts.missing
  if (first) {
    const why = first.what === 'credential' ? credentials.whyNot(first.name) : undefined
    return { missing: `The fleet is not joined. ${why ?? first.message}` }
  }
  return present({ access: present(access), signingSeed }) as NatsAccess
}
