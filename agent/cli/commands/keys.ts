import { join, resolve } from 'node:path'
import { addMember, type FleetKeys, memberHcl, newFleetKeys, removeMember, serverConfig } from '../../fleet/keys.ts'
import { createSecretFile, ensurePrivateDir, readTextFile, writeFileAtomic } from '../../os/files.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes, usageError } from '../exit.ts'
import { readOwnFile } from '../local.ts'
import { safeLine } from '../safe.ts'

export interface KeysOptions extends CommonOptions {
  dir?: string
  controller?: true
  creds?: true
  remove?: true
  prefix?: string
}

/** `hxe hosts keys`: a folder with the seeds, what each host writes, and what the server reads. Works without an agent. */
export async function run(context: Context, [name]: string[], options: KeysOptions): Promise<number> {
  const folder = resolve(options.dir ?? 'hxe-fleet')
  const { terminal } = context
  const before = await readKeys(folder)
  if (name === undefined) {
    if (!before) throw new CliError(exitCodes.notFound, `There are no keys of a fleet in ${folder}.`)
    if (options.json) terminal.json({ items: before.members })
    for (const { name: member, kind, key } of options.json ? [] : before.members)
      terminal.line(safeLine(`${member}  ${kind}  ${key}`))
    return exitCodes.done
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    throw usageError(`"${name}" cannot be the name of a file.`, 'Letters, digits, ".", "_" and "-".')
  await ensurePrivateDir(folder)
  if (options.remove) return removeKey(context, folder, before, name, options)
  return addKey(context, folder, before, name, options)
}

async function addKey(
  { terminal, nowMs }: Context,
  folder: string,
  before: FleetKeys | undefined,
  name: string,
  options: KeysOptions,
): Promise<number> {
  const fresh = before
    ? { keys: before, files: [] }
    : await newFleetKeys(options.prefix ?? 'hxe', options.creds ? 'jwt' : 'nkeys')
  for (const { path, text } of fresh.files) createSecretFile(join(folder, path), text)
  const added = await addMember(fresh.keys, {
    name,
    kind: options.controller ? 'controller' : 'host',
    at: new Date(nowMs()).toISOString(),
    accountSeed: readOwnFile(join(folder, 'account.nk')),
  }).catch((error: Error) => {
    throw new CliError(exitCodes.failed, `${error.message}.`)
  })
  for (const { path, text } of added.files) createSecretFile(join(folder, path), text)
  await writeKeys(folder, added.keys)
  const hcl = memberHcl(added.keys, added.member, '~/.config/hxe/fleet')
  if (options.json) terminal.json({ ...added.member, files: added.files.map(({ path }) => join(folder, path)), hcl })
  else {
    terminal.line(safeLine(`Made for ${name}: ${added.files.map(({ path }) => path).join(', ')} in ${folder}`))
    terminal.line(`Take them to ${name}, readable by its agent alone, and write into its configuration:\n\n${hcl}`)
    terminal.line('The server reads nats-server.conf of this folder; if it runs: nats-server --signal reload')
    if (options.controller)
      terminal.line('Hosts that were made before trust it once their trusted_keys have its key, too.')
  }
  return exitCodes.done
}

async function removeKey(
  { terminal, nowMs }: Context,
  folder: string,
  before: FleetKeys | undefined,
  name: string,
  options: KeysOptions,
): Promise<number> {
  const operator = readOwnFile(join(folder, 'operator.nk'))
  const account = readOwnFile(join(folder, 'account.nk'))
  const seeds = operator && account ? { operator, account } : undefined
  if (!before) throw new CliError(exitCodes.notFound, `There are no keys of a fleet in ${folder}.`)
  const keys = await removeMember(before, { name, nowMs: nowMs(), seeds }).catch((error: Error) => {
    throw new CliError(exitCodes.notFound, `${error.message}.`)
  })
  await writeKeys(folder, keys)
  if (options.json) terminal.json({ name })
  else
    terminal.line(
      safeLine(`${name} is out. The server lets it go when it reads nats-server.conf: nats-server --signal reload`),
    )
  return exitCodes.done
}

async function writeKeys(folder: string, keys: FleetKeys): Promise<void> {
  await writeFileAtomic(join(folder, 'fleet.json'), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
  const config = serverConfig(keys, '/var/lib/nats')
  await writeFileAtomic(join(folder, 'nats-server.conf'), config, { mode: 0o600 })
}

async function readKeys(folder: string): Promise<FleetKeys | undefined> {
  const path = join(folder, 'fleet.json')
  const text = await readTextFile(path).catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const keys = JSON.parse(text) as FleetKeys
    if (keys.version === 1) return keys
  } catch {
    // Said below: whatever it is, it is not to be written over.
  }
  throw new CliError(exitCodes.failed, `${path} is not a list of keys that this version of hxe knows.`)
}
