export { HostGauges } from './HostGauges.tsx'
export { Overview } from './Overview.tsx'
