export { planChanges } from './plan.ts'
export { type Step, stepFor } from './step.ts'
