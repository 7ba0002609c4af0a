import type { Rollout, RolloutRequest } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import {
  type BundleBucket,
  type FleetSide,
  judge,
  judgeBundle,
  judgeSteady,
  revisionFor,
  wantedOn,
  withHost,
  withoutRollout,
} from '../fleet/index.ts'
import type { Clock } from '../os/index.ts'
import type { BundleDoor } from './bundledoor.ts'
import type { Door } from './door.ts'
import type { StepWork } from './stepwork.ts'

export interface BundleWorkParts {
  clock: Clock
  /** @throws UNAVAILABLE where there is none */
  bucket: () => BundleBucket
  fleet: Pick<FleetSide, 'host'>
  door: Door
  bundles: BundleDoor
}

/** A bundle is applied: each host is given its word when it is its turn, and says itself what has come of it. */
export function bundleWork({ clock, bucket, fleet, door, bundles }: BundleWorkParts): StepWork {
  return {
    changes: async (rollout) => [bundleOf(rollout).name],
    async tell(rollout, { hostId }, isUndo) {
      const { name, revision, previous, before } = bundleOf(rollout)
      const to = isUndo ? (before[hostId] ?? previous) : revision
      await bucket().changeHead(name, (head) => {
        if (head?.rollout?.id !== rollout.id) {
          const why = head?.rollout ? `${head.rollout.host} leads another rollout of it.` : 'The store has lost it.'
          throw new CoreError('CONFLICT', `The bundle ${name} cannot be changed any more: ${why}`, {
            reason: 'other-rollout',
          })
        }
        return revisionFor(head, hostId) === to && Object.hasOwn(head.hosts, hostId)
          ? undefined
          : withHost(head, hostId, to, clock.nowMs())
      })
      return []
    },
    async look(rollout, { hostId, services }, isUndo) {
      const { name } = bundleOf(rollout)
      const head = await bucket().head(name)
      if (!head) throw new CoreError('CONFLICT', 'The store has lost the bundle.', { reason: 'lost' })
      const wanted = wantedOn(head, hostId, fleet.host(hostId).labels)
      const said = (await bundles.applied(hostId, rollout.author)).find((one) => one.name === name)
      const judged = judgeBundle(wanted, said)
      // What a host is put back to was not chosen now: how it does is told, and holds nothing up.
      if (judged.is !== 'reached' || isUndo || wanted === 0) return judged
      const seen = await Promise.all(services.map((service) => door.get(hostId, service, rollout.author)))
      const well = judge(seen, rollout.request.gate)
      return well.is === 'reached' ? judgeSteady(seen) : well
    },
    async settle(rollout, isDone) {
      const { name, revision } = bundleOf(rollout)
      await bucket().changeHead(name, (head) =>
        head?.rollout?.id === rollout.id
          ? withoutRollout(head, isDone ? revision : undefined, clock.nowMs())
          : undefined,
      )
    },
  }
}

function bundleOf({ request }: Rollout): NonNullable<RolloutRequest['bundle']> {
  if (request.bundle) return request.bundle
  throw new Error('a rollout of no bundle')
}
