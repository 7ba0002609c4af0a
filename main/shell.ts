import { join } from 'node:path'
import { app, dialog } from 'electron'
import type { Caller } from '../agent/caller.ts'
// Not through the folder's index: that is much of the agent, which is read when the window is on its way.
import { systemClock } from '../agent/os/clock.ts'
import { messageOf } from '../contract/index.ts'
import { AgentDesk } from './agentdesk.ts'
import { actOnAll } from './all.ts'
import { setAppMenu } from './appmenu.ts'
import { answerPanel, denyPermissions } from './bridge.ts'
import type { Compiled } from './compiled.ts'
import type { EditsFile } from './edits.ts'
import { leaveAgentBehind } from './handover.ts'
import { desktopKeychain } from './keychain.ts'
import { pathOfLink } from './links.ts'
import type { Login } from './login.ts'
import { type Notices, openNotices } from './notices/index.ts'
import { createOpening } from './opening.ts'
import type { PanelOptions } from './options.ts'
import { servePanel } from './panel.ts'
import type { PanelAgent, Verb } from './panelagent.ts'
import type { PreferencesFile } from './preferences.ts'
import { askClose, askEdits, askQuit, type QuitChoice } from './quit.ts'
import { openTray, type PanelTray } from './tray/index.ts'
import { createPanelWindow, type PanelWindow } from './window.ts'

/** By then the page has been drawn, and the first starts are made. */
const settledAfterMs = 5_000

export interface ShellParts {
  distDir: string
  compiled: Compiled
  options: PanelOptions
  caller: Caller
  preferences: PreferencesFile
  edits: Promise<EditsFile>
  login: Login
  /** What the desktop started HXE to open. */
  link: string | undefined
  /** Started at login: no window yet. */
  inBackground: boolean
}

/** The panel on this desktop: its window, tray, menu and agent, and how they begin and end. */
export class Shell {
  readonly #parts: ShellParts
  readonly #panel: PanelWindow
  readonly #desk: AgentDesk
  readonly #opening = createOpening(systemClock)
  #tray: PanelTray | undefined
  #notices: Notices | undefined
  /** Each resolves when it is there to follow an agent. */
  #notifying: Promise<void> = Promise.resolve()
  #onDesktop: Promise<void> = Promise.resolve()
  #cancelKeeping: (() => void) | undefined
  #isQuitting = false
  #isAsking = false
  #hasBegun = false
  hasEnded = false

  constructor(parts: ShellParts) {
    this.#parts = parts
    this.#panel = createPanelWindow({
      distDir: parts.distDir,
      placePath: join(app.getPath('userData'), 'window.json'),
      preferences: parts.preferences,
      hasEnded: () => this.hasEnded,
      onClose: () => void this.#closeWindow(),
      onCrashLoop: () => void this.#offerReload(),
    })
    this.#desk = new AgentDesk((found) => this.#openAgent(found), {
      onJoined: (agent, signal) => void this.#follow(agent, signal),
      onOwnEnded: (code) => {
        // While quitting, what ends the agent ends the app as well.
        if (!this.#isQuitting) this.#exit(code)
      },
      onOtherEnded: () => {
        if (!this.#isQuitting) void this.#offerOwn()
      },
    })
  }

  async begin(): Promise<void> {
    const { distDir, preferences, edits, login, link, inBackground } = this.#parts
    denyPermissions()
    servePanel(join(distDir, 'renderer'))
    answerPanel({
      serve: (port, host) => void this.#desk.serve(port, host),
      drawn: () => {
        this.#opening.drawn()
        this.#keepCompiled()
      },
      preferences,
      edits,
      login,
    })
    const actAll = (verb: 'start' | 'stop'): void => void this.#actAll(verb)
    setAppMenu({
      open: (path) => this.show(path),
      actAll,
      quit: () => void this.#quitFromPanel(),
      dataDir: () => this.#desk.current?.dataDir,
    })
    this.#hasBegun = true
    // The page loads in a process of its own while the agent begins here, and waits for its port.
    const isAsked = !inBackground || link !== undefined
    if (isAsked) {
      this.#opening.begin()
      this.openLink(link)
    }
    this.#notifying = this.#openNotices()
    this.#onDesktop = this.#openTray(actAll)
    await Promise.all([this.#notifying, this.#onDesktop, this.#desk.join()])
    if (!isAsked && !(await this.#tray?.isShown())) this.show()
  }

  async #openTray(actAll: (verb: 'start' | 'stop') => void): Promise<void> {
    const { distDir, preferences } = this.#parts
    // Nobody looks for it before the window that opens.
    await this.#opening.giveWay()
    this.#tray = await openTray({
      assetsDir: join(distDir, '..', 'assets'),
      preferences,
      actions: {
        act: (name, verb) => this.#act(name, verb),
        actAll,
        open: (path) => this.show(path),
        quit: (services) => void this.quit(services),
        runAgent: () => void this.#runAgent(),
      },
    })
  }

  /** Before the first service is started: what fails at once is told too. */
  async #openNotices(): Promise<void> {
    this.#notices = await openNotices({
      preferences: this.#parts.preferences,
      open: (path) => this.show(path),
      isLookedAt: () => this.#panel.window?.isFocused() ?? false,
    })
  }

  /** Once, when the start is over: it takes V8 some milliseconds. */
  #keepCompiled(): void {
    this.#cancelKeeping ??= systemClock.after(settledAfterMs, () => {
      this.#parts.compiled.keep().catch((error: unknown) => {
        console.warn('What was compiled of the program cannot be kept for the next start:', messageOf(error))
      })
    })
  }

  fail(error: unknown): void {
    dialog.showErrorBox('HXE cannot start', messageOf(error))
    app.exit(1)
  }

  show(path?: string): void {
    if (this.#hasBegun && !this.hasEnded) this.#panel.show(path)
  }

  /** Shows the window, at what the link names; one that names nothing opens nothing else. */
  openLink(link: string | undefined): void {
    const path = link === undefined ? undefined : pathOfLink(link)
    if (link !== undefined && path === undefined) console.warn('A link that names no page was refused')
    this.show(path)
  }

  /** Without a choice the agent follows `quit_policy`. One that runs apart is ended only on request. */
  async quit(services?: QuitChoice): Promise<void> {
    if (this.#isQuitting) return
    this.#isQuitting = true
    await this.#desk.settled
    const agent = this.#desk.current
    let code = 0
    if (agent?.own) {
      await agent.end(services)
      code = await agent.closed
      if (services === 'keep') await this.#leaveAgent(agent)
    } else if (agent && services === 'stop') await agent.end('stop')
    this.#exit(code)
  }

  async #leaveAgent({ dataDir }: PanelAgent): Promise<void> {
    this.#panel.hide()
    const { distDir, options } = this.#parts
    try {
      await leaveAgentBehind(distDir, { ...options, dataDir })
    } catch (error) {
      dialog.showErrorBox('The services run without an agent', `${messageOf(error)}\nNothing restarts them until then.`)
    }
  }

  #exit(code: number): void {
    this.hasEnded = true
    this.#cancelKeeping?.()
    this.#tray?.close()
    this.#notices?.close()
    // What was chosen a moment ago is kept as well.
    const { preferences, edits } = this.#parts
    const kept = edits.then((file) => file.settled())
    void Promise.allSettled([preferences.settled(), kept]).then(() => app.exit(code))
  }

  /** Closing hides where a tray brings it back; a window that nobody can bring back would be a ghost. */
  async #closeWindow(): Promise<void> {
    if (this.#isAsking) return
    await this.#onDesktop
    if (await this.#tray?.isShown()) {
      if (await this.#goesOn()) this.#panel.hide()
      return
    }
    const choice = await askClose(this.#panel.window)
    if (choice === 'hide' && (await this.#goesOn())) this.#panel.hide()
    else if (choice === 'quit') await this.#quitFromPanel()
  }

  /** Whether the person goes on although something is edited and not applied. Asked once at a time. */
  async #goesOn(): Promise<boolean> {
    if (this.#isAsking) return false
    this.#isAsking = true
    try {
      const edits = await this.#parts.edits
      const had = edits.count()
      const goesOn = await askEdits(this.#panel.window, edits)
      // The page holds what was discarded as well.
      if (had > 0 && edits.count() === 0) this.#panel.window?.webContents.send('hxe-edits-dropped')
      return goesOn
    } finally {
      this.#isAsking = false
    }
  }

  async #quitFromPanel(): Promise<void> {
    if (this.#isQuitting || !(await this.#goesOn())) return
    if (!this.#desk.current?.own) return this.quit('keep')
    const choice = await askQuit(this.#panel.window, this.#parts.preferences)
    if (choice) await this.quit(choice)
  }

  async #follow(agent: PanelAgent, signal: AbortSignal): Promise<void> {
    await this.#notifying
    this.#notices?.follow(agent, signal).catch((error: unknown) => {
      if (!signal.aborted) console.error('The notifications ended:', error)
    })
    await this.#onDesktop
    this.#tray?.follow(agent, signal).catch((error: unknown) => {
      if (!signal.aborted) console.error('The tray ended:', error)
    })
  }

  #act(name: string, verb: Verb): void {
    this.#desk.current?.act(name, verb).catch((error: unknown) => {
      dialog.showErrorBox(`${name}: ${verb} was refused`, messageOf(error))
    })
  }

  async #actAll(verb: 'start' | 'stop'): Promise<void> {
    const agent = this.#desk.current
    const all = agent && actOnAll(agent.services(), verb, (names) => agent.actOnMany(names, verb))
    const refused = await all?.catch(messageOf)
    if (refused) dialog.showErrorBox(verb === 'start' ? 'Not all started' : 'Not all stopped', refused)
  }

  async #runAgent(): Promise<void> {
    if (this.#desk.current) return
    await this.#desk.join().catch((error: unknown) => {
      dialog.showErrorBox('The agent cannot run here', messageOf(error))
    })
  }

  async #offerOwn(): Promise<void> {
    const { window } = this.#panel
    if (!window?.isVisible()) return
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      title: 'HXE',
      message: 'The agent has ended',
      detail: 'HXE was showing an agent that ran apart from it. It can run one itself.',
      buttons: ['Run the agent here', 'Not now'],
      defaultId: 0,
      cancelId: 1,
    })
    if (response === 0) await this.#runAgent()
  }

  async #offerReload(): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      title: 'HXE',
      message: 'The panel keeps crashing',
      detail: 'Its page has crashed several times within a minute. Your services are not touched by that.',
      buttons: ['Try again', 'Leave it'],
      defaultId: 0,
      cancelId: 1,
    })
    if (response === 0) this.#panel.window?.webContents.reload()
  }

  /** Most of the program is the agent: it is read when the window is on its way. */
  async #openAgent(found: (agent: PanelAgent) => void): Promise<void> {
    const { openAgent } = await import('./agents.ts')
    const { options, caller } = this.#parts
    await openAgent({ ...options, keychain: desktopKeychain, giveWay: () => this.#opening.giveWay() }, caller, found)
  }
}
