import { Command, Help } from 'commander'
import { version } from '../version.ts'
import { addCommonOptions, addVerb, examplesText, type Runner } from './verb.ts'
import { type Group, groups, verbs } from './verbs/index.ts'
import type { World } from './world.ts'

const examples = [
  ['hxe list', 'what runs, and how it is'],
  ['hxe why web', 'why web is not as wanted, and what to do'],
  ['hxe restart web --wait', 'restart it and wait until it runs'],
  ['hxe logs -f --level warn', 'follow the warnings and errors of all services'],
] as const

const footer = `
Every command takes:
  --json              print one JSON document, for machines
  --url URL           the agent at this address (or HXE_URL), with --token TOKEN (or HXE_TOKEN)
  --data-dir DIR      the agent of this data directory (or HXE_DATA_DIR)
  --host NAME         this host of the fleet, through that agent; --all-hosts for each of them
  --debug             show where an error came from
  -h, --help          say more about the command
"hxe --version" shows the version.

Exit codes: 0 done, 1 failed, 2 wrong usage or invalid configuration, 3 no agent, 4 not permitted, 5 not found.`

/**
 * The command line. Nothing of a verb but its name and options is loaded until it is asked for; where the first word
 * names a verb, the others are not even made, which would take as long as the verb.
 */
export function createProgram(world: World, run: Runner, firstWord: string | undefined): Command {
  const program = new Command('hxe')
    .description('See and control what this machine runs.')
    .usage('COMMAND [options]')
    .version(`hxe ${version}`, '-V, --version', 'show the version')
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(false)
    .configureHelp({
      subcommandTerm: (command) => [namesOf(command), command.usage().replace('[options] ', '')].join(' '),
      // The footer tells of options that all have.
      visibleOptions: (command) => (command.parent ? Help.prototype.visibleOptions.call(new Help(), command) : []),
    })
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'hxe: ')),
      getOutHelpWidth: () => (world.stdout.isTTY ? (world.stdout.columns ?? 80) : 100),
      getErrHelpWidth: () => (world.stderr.isTTY ? (world.stderr.columns ?? 80) : 100),
    })
    .showHelpAfterError('Usage: hxe COMMAND [options]\n"hxe --help" lists the commands.')
    .addHelpText('after', `${examplesText(examples)}\n${footer}`)
  addCommonOptions(program)
  const wanted = verbs.filter(({ name, alias }) => name === firstWord || alias === firstWord)
  for (const verb of wanted.length > 0 ? wanted : verbs) addVerb(program, verb, run)
  if (wanted.length === 0) for (const group of groups) addGroup(program, group, run)
  return program
}

function addGroup(program: Command, { name, summary, group, verbs: inner, itself }: Group, run: Runner): void {
  const word = new Command(name)
    .summary(summary)
    .description(`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`)
    .helpGroup(group)
  word.copyInheritedSettings(program)
  const names = inner.map((verb) => verb.name).join('|')
  word.helpCommand(false).showHelpAfterError(`Usage: hxe ${name} ${names}\n"hxe ${name} --help" says more.`)
  for (const verb of inner) addVerb(word, verb, run, verb.name === itself)
  program.addCommand(word)
}

const namesOf = (command: Command): string => [command.name(), ...command.aliases()].join('|')
