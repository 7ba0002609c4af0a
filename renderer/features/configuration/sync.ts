import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { editOf, setEdit, useEdits, usePanel } from '../../store/index.ts'
import {
  change,
  dropStale,
  flush,
  forget,
  isTyping,
  onEdited,
  readHashes,
  rebase,
  replaceText,
  showDocument,
  stateOf,
} from './documents.ts'
import { sortProblems } from './problems.ts'
import { changesOf, closed, diskChanges, fileNames, named } from './state.ts'
import { now, set } from './store.ts'
import { withProblems } from './text/problems.ts'

/** The agent tells when files have changed; this finds what it was not told of either, such as a file outside its watch. */
const lookEveryMs = 10_000

let judging: AbortController | undefined

/** Asks the agent what is wrong with the edits and what they would do; the newest question alone is answered. */
export async function check(): Promise<void> {
  flush()
  judging?.abort()
  const own = new AbortController()
  judging = own
  try {
    const { problems, actions } = await judge(own.signal)
    if (own.signal.aborted || isTyping()) return
    set({ check: { problems, actions, atMs: Date.now(), failed: null } })
    showProblems()
  } catch (error) {
    if (own.signal.aborted || isAborted(error)) return
    set({ check: { ...now().check, actions: null, failed: messageOf(error) } })
  }
}

/** Without edits it is about what is on disk, which the agent has judged already. */
async function judge(signal: AbortSignal) {
  const { folder, files: onDisk } = now()
  const { files } = useEdits.getState()
  const names = fileNames(onDisk, files)
  const config = usePanel.getState().model.config
  if (Object.keys(files).length === 0 && config) {
    const actions = config.pending?.actions ?? (config.status === 'invalid' ? null : [])
    return { problems: sortProblems(named(config.diagnostics, folder ?? '', names)), actions }
  }
  const { diagnostics, actions } = await client.config.plan({ files: changesOf(files) }, { signal })
  const isBroken = diagnostics.some(({ severity }) => severity === 'error')
  return { problems: sortProblems(named(diagnostics, folder ?? '', names)), actions: isBroken ? null : actions }
}

/** Marks what is wrong in every text that is open. */
export function showProblems(): void {
  const { problems } = now().check
  for (const name of readHashes().keys()) {
    const own = problems.filter(({ file }) => file === name)
    change(name, (state) => withProblems(state, own))
  }
}

/** Looks at the files on disk: what is new, what nobody edits and has changed, and what meets an edit. */
export async function look(): Promise<void> {
  // What is being applied is on disk, and may be taken back: whoever applies it looks when that is over.
  if (now().busy !== null) return
  try {
    const { folder, items } = await client.language.files()
    set({ folder, files: items, refusal: null })
    const changes = diskChanges(readHashes(), useEdits.getState().files, items)
    for (const [name, kind] of changes) {
      const found = items.some((item) => item.name === name)
        ? await client.language.read({ name })
        : { text: null, hash: null }
      if (kind === 'conflict') meet(name, found)
      else reread(name, found)
    }
    const conflicts = Object.entries(now().conflicts).filter(
      ([name]) => changes.get(name) === 'conflict' && editOf(name),
    )
    set({ conflicts: Object.fromEntries(conflicts) })
  } catch (error) {
    if (now().folder === null) set({ refusal: messageOf(error) })
  }
}

/** A file that nobody edits and that is gone has nothing to show. */
function close(name: string): void {
  const next = closed(now(), name)
  set(next)
  showDocument(next.current)
  forget(name)
}

interface OnDisk {
  text: string | null
  hash: string | null
}

function meet(name: string, { text, hash }: OnDisk): void {
  const edit = editOf(name)
  if (!edit) return
  if (edit.text === text) {
    // Somebody has written the same: nothing is left to apply.
    setEdit(name, null)
    rebase(name, text, hash)
  } else if (edit.base === text) {
    setEdit(name, { ...edit, hash })
    rebase(name, text, hash)
  } else set({ conflicts: { ...now().conflicts, [name]: { text, hash } } })
}

function reread(name: string, { text, hash }: OnDisk): void {
  if (text === null) close(name)
  else {
    if (stateOf(name)?.sliceDoc() !== text) replaceText(name, text)
    rebase(name, text, hash)
    setEdit(name, null)
  }
}

/** Keeps the page in step with the agent and the disk while it is open. Returns what ends it. */
export function follow(): () => void {
  const lookAndCheck = (): void => void look().then(check)
  const seen = (): void => {
    if (!document.hidden && usePanel.getState().connection.kind === 'connected') lookAndCheck()
  }
  const forgetEdits = onEdited(() => void check())
  const forgetAgent = usePanel.subscribe((after, before) => {
    const isBack = after.connection.kind === 'connected' && before.connection.kind !== 'connected'
    if (isBack || after.model.config !== before.model.config) lookAndCheck()
  })
  const dropped = ({ source, data }: MessageEvent): void => {
    if (source !== window || data?.type !== 'hxe-edits-dropped') return
    dropStale()
    void check()
  }
  window.addEventListener('focus', seen)
  window.addEventListener('message', dropped)
  dropStale()
  const timer = setInterval(() => !document.hidden && void look(), lookEveryMs)
  lookAndCheck()
  return () => {
    forgetEdits()
    forgetAgent()
    window.removeEventListener('focus', seen)
    window.removeEventListener('message', dropped)
    clearInterval(timer)
    judging?.abort()
  }
}
