import { openReceiver, type Reply, type Told } from '../../agent/alerts/deliver/fixtures/receiver.ts'
import type { AgentEvent, Delivery } from '../../contract/index.ts'
import { eventually, sendSignal, type World } from './harness.ts'

const patienceMs = 60_000

/** A receiver of alerts. */
export interface Ears {
  /** The blocks that name it; each service is told of by itself. */
  hcl: string
  told(): Told[]
  /** What was told of one rule, in order: "web fires", "web is over". A message that came again, as its id says, counts once. */
  toldOf(rule: string): string[]
  /** What was told of all rules, in order: "unhealthy: web fires". */
  sentences(): string[]
}

/** Opens a receiver that answers as it is told to. */
export async function hearing(world: World, ...answers: Reply[]): Promise<Ears> {
  const { told, hcl, close } = await openReceiver(...answers)
  world.defer(close)
  const messages = () => [...new Map(told().map((message) => [message.id, message])).values()]
  const alerts = () => messages().flatMap((message) => message.alerts)
  const say = ({ service, state }: Told['alerts'][number]): string =>
    `${service} ${state === 'resolved' ? 'is over' : 'fires'}`
  return {
    hcl: hcl('group_by = ["service"]', 'group_wait = "200ms"', 'group_interval = "200ms"'),
    told,
    toldOf: (rule) => alerts().flatMap((alert) => (alert.name === rule ? say(alert) : [])),
    sentences: () => alerts().map((alert) => `${alert.name}: ${say(alert)}`),
  }
}

export const isTold = (what: string, toldOf: Ears['toldOf'], rule: string, sentence: string): Promise<void> =>
  eventually(
    what,
    patienceMs,
    () => toldOf(rule).includes(sentence),
    () => toldOf(rule),
  )

/** Kills the process of a service that is not started again, and waits until that was told. */
export async function fell(world: World, { toldOf }: Pick<Ears, 'toldOf'>, name: string): Promise<void> {
  const { pid } = await world.running(name)
  sendSignal(pid, 'SIGKILL')
  await isTold(`${name} is told to be down`, toldOf, 'service-down', `${name} fires`)
}

async function itemsOf<Item>(world: World, path: string): Promise<Item[]> {
  const body = (await (await world.agent.ask(path)).json()) as Item[] | { items: Item[] }
  return Array.isArray(body) ? body : body.items
}

export const deliveriesOf = (world: World): Promise<Delivery[]> => itemsOf(world, '/deliveries?limit=100')
export const eventsOf = (world: World, kind: string): Promise<AgentEvent[]> =>
  itemsOf(world, `/events?kind=${kind}&limit=1000`)
