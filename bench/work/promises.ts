import { fileURLToPath } from 'node:url'
import { Ear, type Place } from '../place.ts'
import { hxe, type Revivable, type Running } from '../supervisors.ts'
import type { Figure } from '../table.ts'
import { type Measurement, pause } from './common.ts'

const tree = fileURLToPath(new URL('../fixtures/tree.sh', import.meta.url))
const services = 20
/** For what takes a moment to end, or to be started a second time. */
const settleMs = 3_000

/** What a stop leaves behind, and how much a killed supervisor that begins anew starts a second time. */
export const promises: Measurement = async ({ place, pm2, say }) => {
  const left: Figure = { work: 'stop of a tree, processes left', unit: '', values: {}, goal: 0 }
  const copies: Figure = { work: `kill -9 with ${services} services, second copies`, unit: '', values: {}, goal: 0 }
  left.values.HXE = await leftBy(
    place,
    (ear) => hxe.start(place, [ear.script('tree', tree)]),
    ({ agent }) => agent.post('/services/tree/stop?wait=stopped'),
  )
  copies.values.HXE = await copiesOf(place, (ear) => hxe.start(place, sleepers(ear)))
  say('HXE')
  if (pm2) {
    left.values.PM2 = await leftBy(
      place,
      (ear) => pm2.start(place, [ear.script('tree', tree)]),
      () => pm2.cli('stop', 'tree'),
    )
    copies.values.PM2 = await copiesOf(place, (ear) => pm2.start(place, sleepers(ear)))
    say('PM2')
  }
  return [left, copies]
}

const sleepers = (ear: Ear) => Array.from({ length: services }, (_, index) => ear.sleeper(`service-${index}`))

const countSleeping = (place: Place): number => place.count('sleep', '100000')

async function leftBy<Started extends Running>(
  place: Place,
  start: (ear: Ear) => Promise<Started>,
  stop: (running: Started) => Promise<unknown>,
): Promise<number> {
  const ear = new Ear(place)
  const running = await start(ear)
  try {
    await ear.until(() => ear.pids.has('tree'), 20_000, 'the tree')
    await stop(running)
    await pause(settleMs)
    return countSleeping(place)
  } finally {
    await running.stop()
    place.sweep()
    ear.close()
  }
}

async function copiesOf(place: Place, start: (ear: Ear) => Promise<Revivable>): Promise<number> {
  const ear = new Ear(place)
  const killed = await start(ear)
  try {
    await ear.until(() => ear.pids.size === services, 60_000, `${services} services`)
    const running = await killed.killAndStart()
    await pause(settleMs)
    const copies = countSleeping(place) - services
    await running.stop()
    return copies
  } finally {
    place.sweep()
    ear.close()
  }
}
