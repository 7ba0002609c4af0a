export { Sampler, type Usage } from './sampler.ts'
