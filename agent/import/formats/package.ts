import { messageOf } from '../../../contract/failure.ts'
import { commandOf, compact, lineOf, portsIn } from '../text.ts'
import { ImportError, type Imported, type ImportedService, type Note, type Reader, type ReadOptions } from '../types.ts'

/** Names of scripts that run until they are stopped. */
const longNames =
  /^(?:.*[:-])?(?:dev|develop|start|serve|server|watch|worker|api|web|storybook|preview|mail|queue|scheduler|proxy)(?:[:-].*)?$/i
/** Commands that do, whatever the script is called. */
const longCommands =
  /(?:^|[\s&;])(?:nodemon|node-dev|ts-node-dev|tsx watch|vite(?: dev| serve| preview)?$|next (?:dev|start)|nuxt (?:dev|start)|webpack(?:-dev-server| serve| watch)|astro dev|remix dev|ng serve|http-server|live-server|json-server|browser-sync|wrangler dev|nest start|gatsby develop|parcel (?:serve|watch))(?=\s|$)|\s--watch(?=\s|$|=)/
/** Names of scripts that end, whatever a part of the name says: `test:watch` runs on, `build:server` does not. */
const shortNames =
  /^(?:pre|post)(?!view)|^(?:build|test|lint|format|check|typecheck|type-check|clean|install|prepare|publish|release|deploy|generate|codegen|migrate|seed|db|docker|compile|coverage|e2e|version|audit|stop|kill|restart|setup|init)(?:[:-]|$)/i

/** The scripts of a package.json that run on; the others only when they are asked for by name. */
export const readPackage: Reader = (text, options) => {
  const parsed = parse(text)
  const scripts = Object.entries(isRecord(parsed.scripts) ? parsed.scripts : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].trim() !== '',
  )
  const manager = managerOf(parsed, options)
  const chosen = scripts.filter(([name, line]) => options.wanted?.includes(name) || runsOn(name, line))
  const isOneProgram = options.wanted === undefined && chosen.some(([name]) => name === 'dev')
  const notes: Note[] = []
  const services = chosen.map(([name, line]): ImportedService => {
    const waits = isOneProgram && name === 'start'
    if (waits) {
      notes.push({
        what: 'start',
        line: lineOfScript(text, name),
        why: 'Beside "dev" it is most often the same program as it runs in production, so it does not start by itself.',
        suggestion: 'Remove autostart = false if both are to run.',
      })
    }
    return {
      name,
      values: compact({
        description: typeof parsed.name === 'string' ? `${name} of ${parsed.name}` : undefined,
        ...commandOf([...manager, name]),
        working_dir: options.folder.path,
        autostart: waits ? false : undefined,
        ports: portsIn(line),
      }),
    }
  })
  const others = scripts.map(([name]) => name).filter((name) => !chosen.some(([taken]) => taken === name))
  return { services, notes, others } satisfies Imported
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const said = messageOf(error)
    const offset = Number(/position (\d+)/.exec(said)?.[1])
    throw new ImportError('It is not valid JSON.', offset >= 0 ? lineOf(text, offset) : undefined)
  }
  if (!isRecord(value)) throw new ImportError('It holds no object, as a package.json does.')
  return value
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const runsOn = (name: string, line: string): boolean =>
  !/^(?:pre|post)(?!view)/.test(name) &&
  ((!shortNames.test(name) && longNames.test(name)) || longCommands.test(line) || /[:-]watch$/.test(name))

/** By the field that says so, else by the lockfile, here or in a folder above within what was chosen. */
function managerOf(parsed: Record<string, unknown>, { folder }: ReadOptions): string[] {
  const said =
    typeof parsed.packageManager === 'string' ? /^(npm|pnpm|yarn|bun)@/.exec(parsed.packageManager)?.[1] : undefined
  for (const up of ['', '../', '../../', '../../../']) {
    for (const [lockfile, manager] of [
      ['pnpm-lock.yaml', 'pnpm'],
      ['yarn.lock', 'yarn'],
      ['bun.lock', 'bun'],
      ['package-lock.json', 'npm'],
    ] as const) {
      if (said === undefined && folder.read(up + lockfile) !== undefined) return [manager, 'run']
    }
  }
  return [said ?? 'npm', 'run']
}

function lineOfScript(text: string, name: string): number {
  const at = text.indexOf(JSON.stringify(name), Math.max(0, text.indexOf('"scripts"')))
  return lineOf(text, Math.max(0, at))
}
