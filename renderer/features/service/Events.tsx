import { EventList, useEvents } from '../activity/index.ts'

const mostEvents = 1_000

export function Events({ name }: { name: string }) {
  const { items, problem } = useEvents(name, mostEvents)
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (items?.length === 0) return <p className="nothing dim">Nothing has happened to {name} yet.</p>
  return <EventList events={items ?? []} />
}
