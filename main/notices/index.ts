import type { PanelAgent } from '../panelagent.ts'
import type { PreferencesFile } from '../preferences.ts'
import { AlertNotices } from './alerts.ts'
import { pathOf, together, Watcher } from './derive.ts'
import { openSender, type Sender } from './send.ts'

export interface Notices {
  /** Tells what happens to this agent's services until the signal is aborted. */
  follow(agent: PanelAgent, signal: AbortSignal): Promise<void>
  close(): void
}

interface NoticeParts {
  preferences: PreferencesFile
  open(path: string): void
  /** Who looks at the panel sees it there. */
  isLookedAt(): boolean
}

/** So long is gathered what may have one cause. */
const gatherMs = 1_000

export async function openNotices({ preferences, open, isLookedAt }: NoticeParts): Promise<Notices> {
  const sender = await openSender(open).catch((error: unknown): Sender => {
    console.warn('There are no notifications, for the session bus cannot be used:', error)
    return { send: async () => undefined, close: () => undefined }
  })
  // What happened while they were off is not told later, however late it is learned.
  let toldSinceMs = preferences.current().notifications ? 0 : Number.POSITIVE_INFINITY
  const forget = preferences.watch(() => {
    const { notifications } = preferences.current()
    if (notifications !== Number.isFinite(toldSinceMs))
      toldSinceMs = notifications ? Date.now() : Number.POSITIVE_INFINITY
  })
  let turns: ReturnType<Watcher['look']>['turns'] = []
  let timer: NodeJS.Timeout | undefined

  function tell(notices: ReturnType<typeof together>): void {
    if (isLookedAt()) return
    for (const notice of notices)
      sender.send(notice).catch((error: unknown) => console.warn('The desktop shows no notification:', error))
  }

  return {
    async follow(agent, signal) {
      const watcher = new Watcher()
      const alerts = new AlertNotices()
      for await (const _ of agent.changes(signal)) {
        const seen = watcher.look(agent.services(), agent.config())
        for (const { name } of seen.turns) alerts.noteTold(pathOf(name), Date.now())
        const alerted = alerts.look(agent.alerts().notices ?? [], Date.now())
        if (!preferences.current().notifications) continue
        tell([...seen.notices, ...alerted])
        turns.push(...seen.turns.filter(({ atMs }) => atMs >= toldSinceMs))
        if (turns.length === 0) continue
        timer ??= setTimeout(() => {
          timer = undefined
          tell(together(turns))
          turns = []
        }, gatherMs)
      }
    },
    close() {
      forget()
      clearTimeout(timer)
      sender.close()
    },
  }
}
