import type { Diagnostic } from '../../../contract/index.ts'
import type { ConfigItem } from '../../config/index.ts'
import { defaultConfigPaths } from '../../config/paths.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes } from '../exit.ts'
import { unknownName } from '../select.ts'
import { drawSettings } from '../settings.ts'
import type { Paint } from '../terminal.ts'
import type { Environment } from '../world.ts'

interface VariableOptions extends CommonOptions {
  var?: Record<string, string>
  varFile?: string[]
}

export interface ShowOptions extends VariableOptions {
  config?: string[]
  origins?: true
}

/** `hxe config validate [PATH…]`: judges files, not the machine. Exit code 2 when one has an error. */
export async function validate(context: Context, paths: string[], options: VariableOptions): Promise<number> {
  const { diagnostics, files } = await load(context, paths, options)
  const errorCount = diagnostics.filter(({ severity }) => severity === 'error').length
  const { terminal } = context
  if (options.json) {
    terminal.json({ valid: errorCount === 0, errors: diagnostics })
  } else {
    await tellDiagnostics(diagnostics, terminal.line, terminal.paint)
    terminal.note(verdict(errorCount, diagnostics.length - errorCount, files.length))
  }
  return errorCount === 0 ? exitCodes.done : exitCodes.usage
}

/** `hxe config show`: what is in force after merging and overrides; of one service with its name. */
export async function show(context: Context, [name]: string[], options: ShowOptions): Promise<number> {
  const { describeConfig } = await import('../../config/index.ts')
  const { configuration, diagnostics, files } = await load(context, options.config ?? [], options)
  const { terminal } = context
  if (!configuration) {
    if (options.json) terminal.json({ valid: false, errors: diagnostics })
    else await tellDiagnostics(diagnostics, terminal.note, terminal.paintError)
    return exitCodes.usage
  }
  const names = [...configuration.services.keys()]
  if (name !== undefined && !names.includes(name))
    throw await unknownName(name, names, '"hxe config show" shows what there is.')
  const shown = name === undefined ? [undefined, ...names] : [name]
  const items = shown.flatMap((service) => describeConfig(configuration, service))
  const listed = options.origins || name !== undefined ? items : items.filter(({ origin }) => origin !== 'default')
  if (options.json) {
    terminal.json({ files, items: options.origins ? items : items.map(withoutOrigin) })
    return exitCodes.done
  }
  const look = { origins: options.origins === true, ...(name === undefined ? {} : { prefix: `services.${name}.` }) }
  for (const line of await drawSettings(listed, terminal, look)) terminal.line(line)
  return exitCodes.done
}

const withoutOrigin = ({ path, value, masked }: ConfigItem): object => ({ path, value, masked })

export interface EvaluateOptions extends VariableOptions {
  config?: string[]
  file?: string
}

/** `hxe config eval EXPRESSION`, or every attribute of `--file`. */
export async function evaluate(context: Context, operands: string[], options: EvaluateOptions): Promise<number> {
  const { evaluateFile, evaluateText } = await import('../../config/index.ts')
  const { terminal, world } = context
  const [expression] = operands
  if ((expression === undefined) === (options.file === undefined)) {
    throw new CliError(exitCodes.usage, 'Say what to work out: an expression, or --file FILE for a whole file.')
  }
  const { value, diagnostics } =
    options.file === undefined
      ? await evaluateText(operands.join(' '), loadOptions(world.env, options.config ?? [], options))
      : await evaluateFile(options.file, world.env)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    if (options.json) terminal.json({ valid: false, errors: diagnostics })
    else await tellDiagnostics(errors, terminal.note, terminal.paintError)
    return exitCodes.usage
  }
  if (options.json) terminal.json(value ?? null)
  else terminal.line(typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2))
  return exitCodes.done
}

async function load({ world }: Context, given: readonly string[], options: VariableOptions) {
  const { loadConfiguration } = await import('../../config/index.ts')
  return loadConfiguration(loadOptions(world.env, given, options))
}

function loadOptions(env: Environment, given: readonly string[], options: VariableOptions) {
  return {
    paths: given.length > 0 ? given : usualPaths(env),
    env,
    ...(given.length > 0 ? {} : { withFleet: true }),
    ...(options.var === undefined ? {} : { variables: options.var }),
    ...(options.varFile === undefined ? {} : { variableFiles: options.varFile }),
  }
}

export const usualPaths = (env: Environment): string[] => defaultConfigPaths(env, process.platform, process.getuid?.())

export async function tellDiagnostics(
  diagnostics: readonly Diagnostic[],
  line: (text: string) => void,
  paint: Paint,
): Promise<void> {
  const { renderDiagnostic } = await import('../../config/index.ts')
  const tones = { error: paint.red, warning: paint.yellow, place: paint.bold, caret: paint.cyan, hint: paint.dim }
  for (const diagnostic of diagnostics) line(renderDiagnostic(diagnostic, (part, text) => tones[part](text)))
}

function verdict(errorCount: number, warningCount: number, fileCount: number): string {
  const files = count(fileCount, 'file')
  const warnings = warningCount === 0 ? '' : `, ${count(warningCount, 'warning')}`
  return errorCount === 0
    ? `${files} checked, no errors${warnings}.`
    : `${files} checked, ${count(errorCount, 'error')}${warnings}.`
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`
