export { planChanges } from './plan.ts'
export { type Standing, stepFor } from './step.ts'
