import { type Context, openContext } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { safeLine } from '../safe.ts'
import { listServices } from '../select.ts'
import type { OptionSpec, Verb } from '../verb.ts'
import { groups, verbs } from '../verbs/index.ts'

/** `hxe __complete -- WORD…`: a line for each thing that may take the place of the last word. Never an error: a shell is waiting. */
export async function run(context: Context, operands: string[]): Promise<number> {
  const words = operands[0] === '--' ? operands.slice(1) : operands
  const last = words.at(-1) ?? ''
  for (const [word, meaning] of await candidates(context, words.slice(0, -1), last)) {
    if (word.startsWith(last)) context.terminal.line(meaning === '' ? word : `${word}\t${meaning}`)
  }
  return exitCodes.done
}

type Candidate = readonly [word: string, meaning: string]
type AnyVerb = (typeof verbs)[number]

const commonOptions: readonly Candidate[] = [
  ['--json', 'print one JSON document'],
  ['--help', 'show help'],
]
const agentOptions: readonly Candidate[] = [
  ['--url', 'the agent at this address'],
  ['--token', 'its token'],
  ['--data-dir', 'the agent of this data directory'],
]

async function candidates(context: Context, before: string[], last: string): Promise<readonly Candidate[]> {
  const [first, second] = before
  if (first === undefined)
    return [...visible(verbs), ...groups.map(({ name, summary }): Candidate => [name, summary]), ['--version', '']]
  const group = groups.find(({ name }) => name === first)
  if (group && second === undefined) return visible(group.verbs)
  const verb = group ? find(group.verbs, second) : find(verbs, first)
  if (!verb || (verb.passThrough && before.includes('--'))) return []
  if (last.startsWith('-')) return optionsOf(verb)
  if (verb.name === 'completion') return ['bash', 'zsh', 'fish'].map((shell) => [shell, ''])
  if (takesValue(verb, before.at(-1) ?? '')) return []
  return verb.operands?.includes('name') && !verb.offline ? names(context, before) : []
}

const visible = (all: readonly AnyVerb[]): Candidate[] =>
  all.filter(({ hidden }) => !hidden).map(({ name, summary }) => [name, summary])

const find = (all: readonly AnyVerb[], word: string | undefined): AnyVerb | undefined =>
  all.find(({ name, alias }) => name === word || (alias !== undefined && alias === word))

const longFlag = ({ flags }: OptionSpec): string => /--[a-z-]+/.exec(flags)?.[0] ?? flags

function optionsOf(verb: Verb<never> | AnyVerb): Candidate[] {
  const own = (verb.options ?? []).map((option): Candidate => [longFlag(option), option.summary])
  return [...own, ...(verb.offline ? [] : agentOptions), ...commonOptions]
}

function takesValue(verb: AnyVerb, word: string): boolean {
  if (agentOptions.some(([flag]) => flag === word)) return !verb.offline
  const option = (verb.options ?? []).find(({ flags }) => flags.split(/[ ,]+/).includes(word))
  return option?.flags.includes('<') === true
}

/** Names of services that are not on the line yet; none when no agent answers. */
async function names(context: Context, before: readonly string[]): Promise<Candidate[]> {
  const options = { ...context.options, ...agentOf(before) }
  const inner = openContext(context.world, options)
  try {
    const services = await listServices(await inner.connect())
    const found = new Map<string, string>()
    for (const { name, service, description, state } of services) {
      for (const one of [service, name]) if (!before.includes(one)) found.set(one, safeLine(description || state))
    }
    return [...found]
  } catch {
    // No agent, or not this person's: there is nothing to offer, and a message would garble the line being typed.
    return []
  } finally {
    inner.close()
  }
}

function agentOf(words: readonly string[]): { url?: string; token?: string; dataDir?: string } {
  const wordAfter = (flag: string): string | undefined => words[words.indexOf(flag) + 1]
  return {
    ...(words.includes('--url') ? { url: wordAfter('--url') ?? '' } : {}),
    ...(words.includes('--token') ? { token: wordAfter('--token') ?? '' } : {}),
    ...(words.includes('--data-dir') ? { dataDir: wordAfter('--data-dir') ?? '' } : {}),
  }
}
