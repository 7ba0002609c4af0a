import { ORPCError } from '@orpc/client'
import type { ConfigApplied, Diagnostic, Edits, PlannedAction, Revision } from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { askPerson, setEdit, showDone, showError, useEdits, usePanel } from '../../store/index.ts'
import { flush, noteEdit, rebase, stateOf } from './documents.ts'
import { applyLabel, kindWords, refusalToApply } from './plan.ts'
import { isError, sortProblems } from './problems.ts'
import { changesOf, fileNames, named, nameOf } from './state.ts'
import { now, set } from './store.ts'
import { check, look, showProblems } from './sync.ts'

const watchMs = 30_000

const revisionNow = (): number => usePanel.getState().model.config?.revision ?? 0

/** Why it cannot be applied at this moment; null when it can. */
export function applyRefusal(): string | null {
  const { connection, model } = usePanel.getState()
  const { busy, check: found, conflicts } = now()
  return refusalToApply({
    isLive: connection.kind === 'connected',
    busy,
    edits: Object.keys(useEdits.getState().files).length,
    pending: model.config?.status === 'pending',
    errors: found.problems.filter(isError).length,
    conflicts: Object.keys(conflicts),
  })
}

const hitsOf = (actions: readonly PlannedAction[]) =>
  actions.map(({ service, action }) => ({ name: service, note: kindWords[action] }))

const whatWatchingDoes =
  ' When it is watched, it is taken back by itself if a service that it touched fails within 30 s.'

function consequence(actions: readonly PlannedAction[]): string {
  if (actions.length === 0) return 'No service is touched by it.'
  const disturbed = actions.filter(({ action }) => action === 'restart' || action === 'stop').length
  if (disturbed === 0) return 'Nothing that runs is interrupted.'
  return `${disturbed === 1 ? '1 service that runs is' : `${disturbed} services that run are`} interrupted.`
}

/** Asks with all that is hit, then writes the edits and takes them over in one step. */
export async function apply(): Promise<void> {
  flush()
  // What is asked about is what is there now, not what was a moment ago.
  await look()
  await check()
  const refusal = applyRefusal()
  const { actions } = now().check
  if (refusal !== null || actions === null) {
    showError('Not applied', refusal ?? now().check.failed ?? 'What it would do is not known yet.')
    return
  }
  const { files } = useEdits.getState()
  const names = Object.keys(files).sort()
  const revision = revisionNow()
  const choice = await askPerson({
    title: names.length === 0 ? 'Apply what is on disk?' : `${applyLabel(names.length)}?`,
    text: `${names.length > 0 ? `It writes ${names.join(', ')}. ` : ''}${consequence(actions)}${actions.length > 0 ? whatWatchingDoes : ''}`,
    hit: hitsOf(actions),
    choices: [
      ...(actions.length > 0 ? [{ id: 'watch', label: 'Apply and watch for 30 s' }] : []),
      { id: 'apply', label: applyLabel(names.length), look: 'primary' as const },
    ],
  })
  if (choice === null) return
  set({ busy: choice === 'watch' ? 'It is applied and watched for 30 s' : 'It is being applied' })
  try {
    const given = names.length === 0 ? {} : { files: changesOf(files) }
    const done = await client.config.apply({ ...given, revision, watchMs: choice === 'watch' ? watchMs : 0 })
    taken(done, files)
  } catch (error) {
    notTaken(error)
  } finally {
    set({ busy: null })
    await look()
    await check()
  }
}

function taken({ revision, reverted }: ConfigApplied, applied: Edits): void {
  if (reverted !== undefined) {
    showError('The change was taken back', `${reverted}. Your edits are still here; what ran before runs again.`)
    return
  }
  for (const [name, { text }] of Object.entries(applied)) settle(name, text)
  showDone(`Revision ${revision} applied`)
}

/** What was edited is on disk now, with a hash that the next look learns; what was typed meanwhile is still an edit. */
function settle(name: string, text: string | null): void {
  setEdit(name, null)
  if (!stateOf(name)) return
  rebase(name, text, null)
  noteEdit(name)
}

function notTaken(error: unknown): void {
  if (error instanceof ORPCError && error.code === 'CONFIG_INVALID') {
    const { folder, files } = now()
    const { errors } = error.data as { errors: Diagnostic[] }
    const names = fileNames(files, useEdits.getState().files)
    set({ check: { ...now().check, problems: sortProblems(named(errors, folder ?? '', names)) } })
    showProblems()
  }
  showError('Not applied; nothing has changed', error)
}

/** What going back to a revision would write, by the names of files; those that came later are taken away. */
export function rollbackFiles(
  folder: string,
  then: Readonly<Record<string, string>>,
  today: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const files: Record<string, string | null> = {}
  for (const path of Object.keys(today)) if (!(path in then)) files[nameOf(path, folder, [])] = null
  for (const [path, text] of Object.entries(then)) files[nameOf(path, folder, [])] = text
  return files
}

/** Shows what going back would do, and does it when the person still wants it. */
export async function rollBack({ revision }: Revision): Promise<void> {
  set({ busy: 'Going back' })
  try {
    const [then, today] = await Promise.all([
      client.config.revision({ revision }),
      client.config.revision({ revision: revisionNow() }),
    ])
    const files = rollbackFiles(now().folder ?? '', then.texts, today.texts)
    const { actions } = await client.config.plan({ files })
    const choice = await askPerson({
      title: `Go back to revision ${revision}?`,
      text: `The files say again what they said then, as a new revision. ${consequence(actions)}`,
      hit: hitsOf(actions),
      choices: [{ id: 'yes', label: `Roll back to ${revision}`, look: 'primary' }],
    })
    if (choice === null) return
    const done = await client.config.rollback({ revision })
    showDone(`Back to revision ${revision}`, `It runs as revision ${done.revision}.`)
    set({ busy: null })
    await look()
    await check()
  } catch (error) {
    showError('Not rolled back; nothing has changed', error)
  } finally {
    set({ busy: null })
  }
}
