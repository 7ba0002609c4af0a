import type { CommonOptions } from '../context.ts'
import type { Verb } from '../verb.ts'

/** Each verb states the options that its work takes; that both agree is checked where it is loaded. */
export const verb = <Options extends CommonOptions>(spec: Verb<Options>): Verb<CommonOptions> =>
  spec as Verb<CommonOptions>

/** The heading of all verbs below a word. */
export const commands = 'Commands:'
