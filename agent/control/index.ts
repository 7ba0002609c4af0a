export { Agent } from './agent.ts'
export { dataDirIdOf } from './cookies.ts'
export { readFirst } from './lifetime.ts'
