import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cli = `${root}dist/cli.js`

export interface Ran {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** The built command as a person has it, with nothing of this process's own HXE_ variables. */
export class CommandLine {
  readonly #env: NodeJS.ProcessEnv
  constructor(env: Record<string, string>) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HXE_'))
    this.#env = { ...Object.fromEntries(inherited), ...env }
  }

  get env(): NodeJS.ProcessEnv {
    return this.#env
  }

  start(...argv: string[]): ChildProcess {
    return spawn(process.execPath, [cli, ...argv], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  run(...argv: string[]): Promise<Ran> {
    return ended(this.start(...argv))
  }

  /** A line for a shell in which `hxe` is the command. */
  shell(line: string): Promise<Ran> {
    const script = `hxe() { "${process.execPath}" "${cli}" "$@"; }\n${line}`
    return ended(spawn('bash', ['-c', script], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] }))
  }

  /** A document, where it succeeded. */
  async json<Answer>(...argv: string[]): Promise<Answer> {
    const { exitCode, stdout, stderr } = await this.run(...argv, '--json')
    if (exitCode !== 0) throw new Error(`hxe ${argv.join(' ')}: ${exitCode} ${stderr}`)
    return JSON.parse(stdout) as Answer
  }
}

export async function ended(child: ChildProcess): Promise<Ran> {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, ...output }
}

/** Resolves when a child's output has come to hold a text; rejects when it ends without. */
export function says(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      seen += more
      if (seen.includes(text)) resolve(seen)
    })
    child.once('close', (code) => reject(new Error(`ended with ${code} after: ${seen}`)))
  })
}
