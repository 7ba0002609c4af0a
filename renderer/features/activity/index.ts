export { Activity } from './Activity.tsx'
export { EventLine } from './EventLine.tsx'
export { EventList } from './EventList.tsx'
export { useEvents } from './useEvents.ts'
