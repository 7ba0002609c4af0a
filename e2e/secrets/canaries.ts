import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Values that stand nowhere else in the world, each for a kind of secret. */
export type Canaries<Kind extends string> = Readonly<Record<Kind, string>>

export function makeCanaries<Kind extends string>(...kinds: readonly Kind[]): Canaries<Kind> {
  return Object.fromEntries(kinds.map((kind) => [kind, `cnry${randomBytes(12).toString('hex')}`])) as Canaries<Kind>
}

/** As it is, and as programs pass texts on. */
function formsOf(canary: string): string[] {
  const bytes = Buffer.from(canary)
  // Within a longer text base64 begins at any of three places: what is in the middle is the same at each.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  return [canary, bytes.toString('hex'), bytes.toString('utf16le'), ...shifted]
}

/** The kinds whose canary is in a text or in bytes. */
export function kindsIn(canaries: Canaries<string>, content: string | Buffer): string[] {
  const text = typeof content === 'string' ? content : content.toString('latin1')
  return Object.entries(canaries)
    .filter(([, canary]) => formsOf(canary).some((form) => text.includes(form)))
    .map(([kind]) => kind)
}

/** `file: kind` for each canary in each file of a folder. */
export function foundBelow(folder: string, canaries: Canaries<string>): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) =>
    kindsIn(canaries, contentOf(join(folder, name))).map((kind) => `${name}: ${kind}`),
  )
}

function contentOf(path: string): Buffer {
  try {
    return lstatSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0)
  } catch (error) {
    // Programs that run make and remove files meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

/** `pid command: kind` for each canary in the command line of any process. */
export function foundInCommandLines(canaries: Canaries<string>): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const line = commandLine(pid)
      return kindsIn(canaries, line).map((kind) => `${pid} ${line.slice(0, 80)}: ${kind}`)
    })
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    // It has ended since the folder was listed.
    return ''
  }
}
