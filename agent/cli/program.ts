import { Command } from 'commander'
import type { World } from './context.ts'
import { addCommonOptions, addVerb, examplesText, type Runner } from './verb.ts'
import { configVerbs, verbs } from './verbs.ts'
import { version } from './version.ts'

const examples = [
  ['hxe list', 'what runs, and how it is'],
  ['hxe why web', 'why web is not as wanted, and what to do'],
  ['hxe restart web --wait', 'restart it and wait until it runs'],
  ['hxe logs -f --level warn', 'follow the warnings and errors of all services'],
] as const

const footer = `
Exit codes: 0 done, 1 failed, 2 wrong usage or invalid configuration, 3 no agent, 4 not permitted, 5 not found.
The agent is found by --url, HXE_URL, --data-dir, HXE_DATA_DIR, data_dir of the configuration, or in its usual place.
"hxe COMMAND --help" says more about a command.`

/** The whole command line. Nothing of a verb but its name and options is loaded until it is asked for. */
export function createProgram(world: World, run: Runner): Command {
  const program = new Command('hxe')
    .description('See and control what this machine runs.')
    .usage('COMMAND [options]')
    .version(`hxe ${version}`, '-V, --version', 'show the version')
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(false)
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
  for (const verb of verbs) addVerb(program, verb, run)
  addConfig(program, run)
  return program
}

function addConfig(program: Command, run: Runner): void {
  const config = new Command('config').description('Check and show configuration files.').helpGroup('The agent:')
  config.copyInheritedSettings(program)
  config.helpCommand(false).showHelpAfterError('Usage: hxe config validate|show\n"hxe config --help" says more.')
  for (const verb of configVerbs) addVerb(config, verb, run)
  program.addCommand(config)
}
