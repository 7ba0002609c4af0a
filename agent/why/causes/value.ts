import { type Cause, cause } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { enable, openFile, showLogs, startAgain } from '../fixes.ts'
import { consequence, startLinks } from '../outcome.ts'
import { capital, clean, list, lower, place } from '../words.ts'

type Missing = ServiceFacts['missing'][number]
type Hook = NonNullable<ServiceFacts['hook']>

const live = new Set<ServiceFacts['state']>(['running', 'stopping', 'completed'])

const kinds: Record<Missing['kind'], { one: string; many: string; lacks: string; lack: string }> = {
  env: { one: 'environment variable', many: 'environment variables', lacks: 'is not set', lack: 'are not set' },
  credential: { one: 'credential', many: 'credentials', lacks: 'has no value', lack: 'have no value' },
  file: { one: 'file', many: 'files', lacks: 'cannot be read', lack: 'cannot be read' },
  'env-file': { one: 'env_file', many: 'env_files', lacks: 'cannot be read', lack: 'cannot be read' },
  'too-long': { one: 'value', many: 'values', lacks: 'is too long', lack: 'are too long' },
}

/** `the environment variable DB_URL is not set`. */
function lacking({ kind, name, message }: Missing): string {
  const said = clean(message ?? '', 300).replace(/\.$/, '')
  return lower(said) || `the ${kinds[kind].one} ${clean(name, 120)} ${kinds[kind].lacks}`
}

const missingValue = cause<Missing & { all: readonly Missing[] }>({
  id: 'missing-value',
  when({ facts }) {
    const first = live.has(facts.state) ? undefined : facts.missing[0]
    return first && { ...first, all: facts.missing.filter(({ kind }) => kind === first.kind) }
  },
  sentence({ kind, range, all }) {
    const [first, second] = all
    if (first && !second) return `${capital(lacking(first))} (${place(range)})`
    const names = list(all.map(({ name }) => clean(name, 120)))
    return `The ${kinds[kind].many} ${names} ${kinds[kind].lack} (${place(range)})`
  },
  chain: (_, { facts }) => [
    ...facts.missing.slice(0, 8).map((each) => ({ subject: place(each.range), fact: lacking(each) })),
    { subject: clean(facts.name, 80), fact: 'is not started without it' },
  ],
  fixes: ({ range }, { facts }) => [openFile(range), startAgain(facts)],
})

const hookFailed = cause<Hook>({
  id: 'hook-failed',
  when: ({ facts }) =>
    facts.hook && !live.has(facts.state) && (!facts.startError || facts.startError.what === 'hook')
      ? facts.hook
      : undefined,
  sentence: (hook, { facts }) =>
    `Its ${hook.name} hook ${howHookEnded(hook)}: ${clean(hook.commandLine) || 'its command'}${consequence(facts)}`,
  chain(hook, { facts }) {
    const said = hook.lastLines.map((line) => clean(line)).findLast((line) => line.trim() !== '')
    return [
      { subject: clean(hook.commandLine) || hook.name, fact: `${howHookEnded(hook)}${said ? `: ${said}` : ''}` },
      { subject: clean(facts.name, 80), fact: hookConsequence[hook.name] },
      ...startLinks(facts),
    ]
  },
  fixes: (_, { facts }) => [startAgain(facts), openFile(facts.startError?.range ?? facts.range), showLogs(facts.name)],
  lastLines: (hook) => hook.lastLines,
})

const hookConsequence: Record<Hook['name'], string> = {
  pre_start: 'is not started when its pre_start hook fails',
  post_start: 'does not go on when its post_start hook fails',
  post_stop: 'has not been put in order: its post_stop hook failed',
}

function howHookEnded({ timedOut, exitCode }: Hook): string {
  if (timedOut) return 'did not end within its time limit'
  return exitCode === null || !Number.isFinite(exitCode) ? 'failed' : `exited with code ${exitCode}`
}

const disabled = cause<'file' | 'person'>({
  id: 'disabled',
  when: ({ facts }) => (live.has(facts.state) ? undefined : facts.disabledBy),
  sentence: (by, { facts }) =>
    by === 'file' ? `Disabled in ${place(facts.enabledRange ?? facts.range)}` : 'Disabled by a person',
  chain: (by, { facts }) => [
    by === 'file'
      ? { subject: place(facts.enabledRange ?? facts.range), fact: 'says enabled = false' }
      : { subject: clean(facts.name, 80), fact: 'was disabled by a person' },
    { subject: clean(facts.name, 80), fact: 'is not started, whoever asks' },
  ],
  fixes: (by, { facts }) => (by === 'file' ? [openFile(facts.enabledRange ?? facts.range)] : [enable(facts)]),
})

export const disabledCauses: readonly Cause[] = [disabled]
export const valueCauses: readonly Cause[] = [missingValue, hookFailed]
