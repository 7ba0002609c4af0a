import { z } from 'zod'
import { alertSchema, type Delivery, deliverySchema } from '../../../contract/index.ts'
import type { DeliveryRow } from '../../store/types.ts'
import type { Notice } from '../types.ts'
import type { Verdict } from './outcome.ts'

/** A message and what has become of it so far. */
export interface Job {
  delivery: Delivery
  notice: Notice
}

const noticeSchema: z.ZodType<Notice> = z.object({
  id: z.string(),
  notification: z.string(),
  status: z.enum(['firing', 'resolved']),
  groupLabels: z.record(z.string(), z.string()),
  alerts: z.array(alertSchema),
  missed: z.number().optional(),
})

export function newJob(notice: Notice, type: string, nowMs: number): Job {
  const at = new Date(nowMs).toISOString()
  const { id, notification, status } = notice
  const alerts = notice.alerts.map((alert) => alert.id)
  const told = { state: 'waiting' as const, attempts: 0, createdAt: at, at, text: 'It waits for its first try' }
  return { notice, delivery: { id, notification, type, status, alerts, ...told } }
}

/** One of which nothing is known any more but where it was to go. */
export function lostDelivery(known: Pick<Delivery, 'id' | 'notification' | 'type'> & { nowMs: number }): Delivery {
  const { nowMs, ...rest } = known
  const at = new Date(nowMs).toISOString()
  const text = 'What it said was damaged on the disk'
  return { ...rest, status: 'firing', alerts: [], state: 'gave-up', attempts: 0, createdAt: at, at, text }
}

/** One that was given up, as it waits once more. */
export function again({ delivery, notice }: Job, nowMs: number): Job {
  const at = new Date(nowMs).toISOString()
  return { notice, delivery: { ...delivery, state: 'waiting', at, text: 'It is tried again' } }
}

export function judged({ delivery, notice }: Job, { state, atMs, text }: Verdict): Job {
  const at = new Date(atMs).toISOString()
  return { notice, delivery: { ...delivery, state, at, text, attempts: delivery.attempts + 1 } }
}

export function rowOf({ delivery, notice }: Pick<Job, 'delivery'> & Partial<Job>): DeliveryRow {
  const { id, notification, state, createdAt, at } = delivery
  return {
    id,
    notification,
    state,
    createdAtMs: Date.parse(createdAt),
    atMs: Date.parse(at),
    value: JSON.stringify(delivery),
    // What has arrived is only listed; what was given up may be tried again.
    notice: state === 'delivered' || !notice ? '' : JSON.stringify(notice),
  }
}

/** Undefined where a row is damaged: it costs that message. */
export function readJob(row: { value: string; notice: string }): Job | undefined {
  const delivery = readDelivery(row.value)
  const notice = noticeSchema.safeParse(parsed(row.notice))
  return delivery && notice.success ? { delivery, notice: notice.data } : undefined
}

export function readDelivery(value: string): Delivery | undefined {
  return deliverySchema.safeParse(parsed(value)).data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON fits no schema, which is what the caller asks.
    return undefined
  }
}
