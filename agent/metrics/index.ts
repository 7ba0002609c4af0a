export { type SampledRun, Sampler, type Usage } from './sampler.ts'
