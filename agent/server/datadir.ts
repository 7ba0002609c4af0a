import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { createSecretFile, readSecretFile, writeFileAtomic } from '../os/index.ts'

/** What the data directory says of the agent that runs on it, for those who look for one. */
const agentFileSchema = z.object({ url: z.string(), pid: z.number().int(), version: z.string() })
export type AgentFile = z.infer<typeof agentFileSchema>

const tokenPath = (dataDir: string): string => join(dataDir, 'token')
const agentPath = (dataDir: string): string => join(dataDir, 'agent.json')

function tokenIn(path: string): string | undefined {
  const text = readSecretFile(path)?.toString('utf8').trim()
  if (!text) return undefined
  if (/^[\x21-\x7e]{16,512}$/.test(text)) return text
  throw new Error(`${path} holds no token. Delete it, and the agent makes a new one when it starts.`)
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

/** The local administrator's token. @throws {FileError} when the file is not this user's own and private */
export function readToken(dataDir: string): string | undefined {
  return tokenIn(tokenPath(dataDir))
}

/**
 * The local administrator's token, made on the first start: 256 random bits in a file that only this user reads.
 * @throws {FileError} when something else was planted there
 */
export async function ensureToken(dataDir: string, random: (bytes: number) => Buffer = randomBytes): Promise<string> {
  const path = tokenPath(dataDir)
  const found = tokenIn(path)
  if (found !== undefined) return found
  const made = `hxe_${random(32).toString('base64url')}`
  try {
    createSecretFile(path, `${made}\n`)
  } catch (error) {
    if (!isTaken(error)) throw error
    // Another start made it at this moment, or one was killed between making and filling it.
    const theirs = tokenIn(path)
    if (theirs !== undefined) return theirs
    await writeFileAtomic(path, `${made}\n`, { mode: 0o600 })
  }
  return made
}

/** Says where the agent of this data directory answers. */
export async function writeAgentFile(dataDir: string, agent: AgentFile): Promise<void> {
  await writeFileAtomic(agentPath(dataDir), `${JSON.stringify(agent)}\n`, { mode: 0o600 })
}

/** Undefined when no agent has run here. The agent it names may have ended since. */
export function readAgentFile(dataDir: string): AgentFile | undefined {
  const text = readSecretFile(agentPath(dataDir))?.toString('utf8')
  if (text === undefined) return undefined
  try {
    return agentFileSchema.parse(JSON.parse(text))
  } catch {
    // Written by something else; whoever looks for an agent finds none here.
    return undefined
  }
}
