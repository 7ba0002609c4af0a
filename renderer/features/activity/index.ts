export { Activity, EventList } from './Activity.tsx'
export { EventLine } from './EventLine.tsx'
export { useEvents } from './useEvents.ts'
