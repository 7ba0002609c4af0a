import type { PlannedAction } from './config.ts'
import { listInWords } from './format.ts'
import type { ConfigStatus } from './state.ts'

/** Why what runs is not what the files say, in words that fit the panel, the tray and `hxe status`. */
export interface ConfigTrouble {
  /** A few words. */
  headline: string
  /** Where it is and what comes of it, as sentences. */
  detail: string
}

/** Services that a sentence names; of more it tells the number. */
const mostNamed = 3

export function configTrouble(config: ConfigStatus): ConfigTrouble | undefined {
  if (config.status === 'applied') return undefined
  if (config.status === 'pending') return pendingTrouble(config)
  const errors = config.diagnostics.filter(({ severity }) => severity === 'error')
  const [first] = errors
  const count = errors.length > 1 ? `${errors.length} errors` : 'an error'
  const place = first ? `${first.file}:${first.line}:${first.column}: ${first.message} ` : ''
  const rest = config.revision === 0 ? 'Nothing was started.' : 'What was applied before goes on running.'
  return { headline: `The configuration has ${count}`, detail: `${place}${rest}` }
}

function pendingTrouble({ changed, pending }: ConfigStatus): ConfigTrouble | undefined {
  // Before the first load nothing is known yet.
  if (!pending) return undefined
  const [first = 'A file'] = changed
  const name = first.slice(first.lastIndexOf('/') + 1)
  const headline = changed.length > 1 ? `${changed.length} files are not applied` : `${name} is not applied`
  return { headline, detail: `Applying it ${summariseActions(pending.actions, pending.total)}. ${pending.reason}.` }
}

const did: Readonly<Record<PlannedAction['action'], (names: string) => string>> = {
  start: (names) => `starts ${names}`,
  stop: (names) => `stops ${names}`,
  restart: (names) => `restarts ${names}`,
  reload: (names) => `reloads ${names}`,
  update: (names) => `changes ${names} in place`,
}

/** "restarts web and db, changes 12 services in place" */
function summariseActions(actions: readonly PlannedAction[], total: number): string {
  if (total === 0) return 'touches no service'
  if (actions.length < total) return `touches ${total} services`
  return (Object.keys(did) as PlannedAction['action'][])
    .flatMap((verb) => {
      const names = actions.filter(({ action }) => action === verb).map(({ service }) => service)
      return names.length > 0 ? did[verb](listed(names)) : []
    })
    .join(', ')
}

function listed(names: readonly string[]): string {
  return names.length > mostNamed ? `${names.length} services` : listInWords(names)
}
