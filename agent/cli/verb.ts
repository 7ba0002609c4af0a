import { Command, Option } from 'commander'
import type { CommonOptions, Context } from './context.ts'

/** What does the work of a verb: operands as they were written, then the options. The answer is the exit code. */
type Action<Options> = (context: Context, operands: string[], options: Options) => Promise<number>

export interface OptionSpec {
  flags: string
  summary: string
  read?: (text: string, before: never) => unknown
}

/** One verb as people see it. Its work is loaded only when it is asked for. */
export interface Verb<Options> {
  name: string
  alias?: string
  group: string
  summary: string
  /** As commander writes them: `<name...>`, `[name]`. */
  operands?: string
  operandSummary?: string
  options?: readonly OptionSpec[]
  /** Command lines, and what they do. */
  examples?: readonly (readonly [line: string, does: string])[]
  /** What follows the operands belongs to another program. */
  passThrough?: true
  /** Works on files alone: there is no agent to name. */
  offline?: true
  hidden?: true
  load: () => Promise<{ run: Action<Options> }>
}

/** Runs a verb's work within the world. */
export type Runner = (options: CommonOptions, work: (context: Context) => Promise<number>) => Promise<void>

const agentGroup = 'Which agent:'
const otherGroup = 'Other options:'

export function addCommonOptions(command: Command, offline = false): Command {
  if (!offline) {
    command
      .addOption(new Option('--url <url>', 'the agent at this address (or HXE_URL)').helpGroup(agentGroup))
      .addOption(new Option('--token <token>', 'its token (or HXE_TOKEN)').helpGroup(agentGroup))
      .addOption(
        new Option('--data-dir <dir>', 'the agent of this data directory (or HXE_DATA_DIR)').helpGroup(agentGroup),
      )
      .addOption(new Option('--host <name>', 'this host of the fleet, through that agent').helpGroup(agentGroup))
      .addOption(new Option('--all-hosts', 'every host of the fleet, one after another').helpGroup(agentGroup))
  }
  return command
    .addOption(new Option('--json', 'print one JSON document').helpGroup(otherGroup))
    .addOption(new Option('--debug', 'show where an error came from').helpGroup(otherGroup))
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(otherGroup))
}

/** `isDefault`: the word above it stands for it, too. */
export function addVerb<Options extends CommonOptions>(
  parent: Command,
  verb: Verb<Options>,
  run: Runner,
  isDefault = false,
): void {
  const command = new Command(verb.name).summary(verb.summary).description(sentence(verb.summary)).helpGroup(verb.group)
  command.copyInheritedSettings(parent)
  if (verb.alias) command.alias(verb.alias)
  for (const operand of (verb.operands ?? '').split(' ').filter(Boolean)) command.argument(operand)
  for (const { flags, summary, read } of verb.options ?? []) {
    const option = new Option(flags, summary)
    if (read) option.argParser(read as (text: string, before: unknown) => unknown)
    command.addOption(option)
  }
  addCommonOptions(command, verb.offline)
  if (verb.passThrough) command.passThroughOptions()
  if (verb.examples) command.addHelpText('after', examplesText(verb.examples))
  command.showHelpAfterError(usageOf(command, parent))
  command.action(() => {
    const options = command.optsWithGlobals<Options>()
    return run(options, async (context) => (await verb.load()).run(context, command.args, options))
  })
  parent.addCommand(command, { hidden: verb.hidden === true, isDefault })
}

const sentence = (summary: string): string => `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`

function usageOf(command: Command, parent: Command): string {
  const words = [parent.parent?.name(), parent.name(), command.name()].filter(Boolean).join(' ')
  return `Usage: ${words} ${command.usage()}\n"${words} --help" says more.`
}

export function examplesText(examples: readonly (readonly [line: string, does: string])[]): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  return `\nExamples:\n${examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`).join('\n')}`
}
