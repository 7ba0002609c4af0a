export { Agent, dataDirIdOf } from './agent.ts'
