import { join } from 'node:path'
import { defaultConfigPaths } from '../config/paths.ts'
import { defaultDataDir } from '../datadir.ts'
import type { Address } from './client.ts'
import { dataDirInConfiguration } from './datadir.ts'
import { CliError, exitCodes, usageError } from './exit.ts'
import { isProcessAlive, readOwnFile } from './local.ts'
import type { Environment } from './world.ts'

/** What the command line says of the agent that is meant. */
interface Wanted {
  url?: string
  token?: string
  dataDir?: string
}

/** Where the agent of this machine keeps its data, in the order of interface.md. */
async function findDataDir(wanted: Wanted, env: Environment): Promise<string> {
  const given = wanted.dataDir ?? env.HXE_DATA_DIR
  if (given) return given
  const uid = process.getuid?.()
  const configured = await dataDirInConfiguration(defaultConfigPaths(env, process.platform, uid), env)
  return configured ?? defaultDataDir(env, process.platform, uid)
}

/** @throws {CliError} with exit code 3 when no agent runs */
export async function findAgent(wanted: Wanted, env: Environment): Promise<Address> {
  const url = wanted.url ?? env.HXE_URL
  const token = wanted.token ?? env.HXE_TOKEN
  if (url) return { url: checkUrl(url), token: token ?? (await localTokenFor(checkUrl(url), wanted, env)) }
  const dataDir = await findDataDir(wanted, env)
  const agent = readAgentFile(dataDir)
  if (!agent) {
    throw new CliError(exitCodes.noAgent, `No agent runs for ${dataDir}.`, {
      hint: 'Start it with "hxe agent", or open the panel.',
    })
  }
  return { url: agent.url, token: token ?? readOwnFile(join(dataDir, 'token'))?.trim(), dataDir }
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url.origin
  throw usageError(`"${text}" is not the address of an agent.`, 'It looks like http://127.0.0.1:7420.')
}

/**
 * The local token goes to a given address only when the local agent says that the address is its own: anybody could have
 * given another one.
 */
async function localTokenFor(origin: string, wanted: Wanted, env: Environment): Promise<string | undefined> {
  const dataDir = await findDataDir(wanted, env)
  const agent = readAgentFile(dataDir)
  return agent && new URL(agent.url).origin === origin ? readOwnFile(join(dataDir, 'token'))?.trim() : undefined
}

interface AgentFile {
  url: string
  pid: number
}

/**
 * What a running agent wrote about itself; read here without the schema, whose library takes longer to load than a command
 * takes. A file whose process has gone says nothing: another program may listen on
 * that port by now, and must not be sent the token.
 */
function readAgentFile(dataDir: string): AgentFile | undefined {
  const text = readOwnFile(join(dataDir, 'agent.json'))
  if (text === undefined) return undefined
  const { url, pid } = parseFacts(text)
  if (typeof url !== 'string' || !URL.canParse(url) || typeof pid !== 'number') return undefined
  return isProcessAlive(pid) ? { url, pid } : undefined
}

function parseFacts(text: string): Partial<AgentFile> {
  try {
    return { ...JSON.parse(text) }
  } catch {
    // The agent replaces the file as a whole, so something else wrote this: there is no agent to be found here.
    return {}
  }
}
