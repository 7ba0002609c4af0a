export { Agent } from './agent.ts'
export { dataDirIdOf } from './cookies.ts'
