import type { Service } from '../../contract/index.ts'
import { needsAttention, type ServiceState, stateWords } from '../../contract/words.ts'
import { safeLine } from './safe.ts'
import type { Cell } from './table.ts'
import type { Paint } from './terminal.ts'

/** How a service's state looks: a shape and a word, so that no one needs the colour. */

const shapes: Readonly<Record<ServiceState, string>> = {
  failed: '✗',
  backoff: '↻',
  stopping: '▽',
  starting: '△',
  waiting: '◇',
  stopped: '○',
  completed: '✓',
  running: '●',
}

type Seen = Pick<Service, 'state' | 'health'>

export function paintOf({ state, health }: Seen, paint: Paint): (text: string) => string {
  if (state === 'failed' || health === 'unhealthy') return paint.red
  if (state === 'backoff') return paint.yellow
  if (state === 'running') return paint.green
  return state === 'stopped' || state === 'completed' ? paint.dim : paint.cyan
}

/** `● Running`, `● Running, unhealthy`. */
export function stateText(service: Seen): string {
  const health = service.state === 'running' && service.health !== 'none' && service.health !== 'healthy'
  return `${shapes[service.state]} ${stateWords[service.state]}${health ? `, ${service.health}` : ''}`
}

export function stateCell(service: Seen, paint: Paint): Cell {
  return { text: stateText(service), paint: paintOf(service, paint) }
}

/** What a list says beside a state that asks for a word. */
export function shortReason(service: Service): string {
  const { state, why, reason } = service
  if (needsAttention(service)) return safeLine(why?.sentence ?? reason.text)
  return state === 'waiting' || state === 'starting' || state === 'stopping' ? safeLine(reason.text) : ''
}
