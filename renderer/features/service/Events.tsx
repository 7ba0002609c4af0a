import { EventList, useEvents } from '../activity/index.ts'

const firstEvents = 500

export function Events({ name }: { name: string }) {
  const { items, problem, hasOlder, loadOlder } = useEvents(name, firstEvents)
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (items?.length === 0) return <p className="nothing dim">Nothing has happened to {name} yet.</p>
  return <EventList events={items ?? []} onEnd={hasOlder ? loadOlder : undefined} />
}
