import type { FixAction, Service } from '../../../contract/index.ts'
import { has, type World } from '../world.ts'

/** One injected fault and what has to be said of it. */
export interface Fault {
  /** The service's name, and the name of the fault. */
  name: string
  /** What stands inside its block. */
  hcl: (world: World) => string
  /** Blocks that it needs beside its own. */
  beside?: (world: World) => string
  /** What it has written before anything is asked of the agent. */
  says?: RegExp
  /** What is asked of the agent to bring it about. */
  ask?: readonly string[]
  state: Service['state'] | readonly Service['state'][]
  sentence: RegExp | ((world: World) => RegExp)
  /** The subject of the chain's first link: the cause. */
  cause: RegExp
  /** The kind of the first fix, and its label. */
  fix: FixAction['kind']
  label?: RegExp
  /** Something of the last lines that has to be shown. */
  line?: RegExp
  /** Why it cannot be had on this machine. */
  skip?: string | false
}

export const rootOnly = process.getuid?.() === 0 ? false : 'needs root'
export const needs = (program: string): string | false => (has(program) ? false : `needs ${program}`)
export const run = (command: string) => (): string => `command = ${JSON.stringify(command)}`
export const fixture =
  (command: string) =>
  (world: World): string =>
    `command = ${JSON.stringify(command)}\nworking_dir = ${JSON.stringify(world.fixtures)}`
export const made =
  (command: string) =>
  (world: World): string =>
    `command = ${JSON.stringify(command)}\nworking_dir = ${JSON.stringify(world.made)}`
export const also =
  (first: (world: World) => string, more: string) =>
  (world: World): string =>
    `${first(world)}\n${more}`
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

export const once = 'restart {\n policy = "never"\n}'
export const twice = 'restart {\n max_retries = 2\n delay = "20ms"\n}'
const ended = 'exited with code \\d+.*? after [\\d.]+ s'
export const told = (words: string): RegExp => new RegExp(`^${words}; ${ended}`)
