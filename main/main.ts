import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, type BrowserWindow, dialog, type MessagePortMain } from 'electron'
import { panelOrigin } from './address.ts'
import { openAgent, type PanelAgent, type Verb } from './agents.ts'
import { actOnAll, messageOf } from './all.ts'
import { hasTray } from './desktop.ts'
import { panelDir } from './instance.ts'
import { readOptions } from './options.ts'
import { registerPanelScheme, servePanel } from './panel.ts'
import { openPreferences } from './preferences.ts'
import { askQuit, type QuitChoice, setAppMenu } from './quit.ts'
import { openTray } from './tray.ts'
import { answerPanel, denyPermissions, openWindow } from './window.ts'

const distDir = dirname(fileURLToPath(import.meta.url))
const options = readOptions(process.argv)
const caller = { author: userInfo().username, role: 'admin' as const }
let agent: PanelAgent | undefined
let opening: Promise<void> | undefined
let window: BrowserWindow | undefined
let quitting = false
let ended = false
let lookAgain: (() => Promise<void>) | undefined
const ports = new Set<() => void>()

function showWindow(): void {
  if (!app.isReady() || ended) return
  if (!window || window.isDestroyed()) window = openWindow(distDir, () => ended, closeWindow)
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Closing hides where a tray brings it back; a window that nobody can bring back would be a ghost. */
async function closeWindow(): Promise<void> {
  if (await hasTray(process.platform)) window?.hide()
  else await quitFromPanel()
}

async function quitFromPanel(): Promise<void> {
  if (quitting) return
  if (!agent?.own) return quit('keep')
  const choice = await askQuit(window)
  if (choice) await quit(choice)
}

/** Without a choice the agent follows `quit_policy`. An agent that somebody else runs is ended only on request. */
async function quit(services?: QuitChoice): Promise<void> {
  if (quitting) return
  quitting = true
  await opening?.catch(() => undefined)
  let code = 0
  if (agent?.own) {
    await agent.end(services)
    code = await agent.closed
  } else if (agent && services === 'stop') await agent.end('stop')
  ended = true
  app.exit(code)
}

function serve(port: MessagePortMain): void {
  if (!agent) {
    port.close()
    void lookAgain?.()
    return
  }
  const close = agent.serve(port)
  ports.add(close)
  port.once('close', () => ports.delete(close))
}

async function begin(): Promise<void> {
  denyPermissions()
  servePanel(join(distDir, 'renderer'))
  const report = (title: string, error: unknown): void => dialog.showErrorBox(title, messageOf(error))
  const tray = openTray(join(distDir, '..', 'assets'), {
    act: (name: string, verb: Verb) => {
      agent?.act(name, verb).catch((error: unknown) => report(`${name}: ${verb} was refused`, error))
    },
    actAll: async (verb: 'start' | 'stop') => {
      const current = agent
      if (!current) return
      const refused = await actOnAll(current.services(), verb, (name) => current.act(name, verb))
      if (refused) dialog.showErrorBox(verb === 'start' ? 'Not all started' : 'Not all stopped', refused)
    },
    open: (path?: string) => {
      showWindow()
      if (path) void window?.loadURL(`${panelOrigin}${path}`)
    },
    quit: (services) => void quit(services),
    runAgent: () => void joinAgent().catch((error: unknown) => report('The agent cannot run here', error)),
  })

  function joinAgent(): Promise<void> {
    opening ??= openAgent(options, caller)
      .then((found) => follow(found))
      .finally(() => {
        opening = undefined
      })
    return opening
  }

  function follow(found: PanelAgent): void {
    agent = found
    const closing = new AbortController()
    tray.follow(found, closing.signal).catch((error: unknown) => {
      if (!closing.signal.aborted) console.error('The tray ended:', error)
    })
    void found.closed.then((code) => {
      closing.abort()
      if (found.own) {
        ended = true
        return app.exit(code)
      }
      agent = undefined
      lookAgain = async () => {
        const again = agent || opening ? undefined : await found.rejoin?.()
        if (again && !agent && !opening) follow(again)
      }
      for (const close of ports) close()
      ports.clear()
      if (!quitting) void offerOwn()
    })
  }

  async function offerOwn(): Promise<void> {
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
    if (response === 0 && !agent)
      await joinAgent().catch((error: unknown) => report('The agent cannot run here', error))
  }

  setAppMenu(() => void quitFromPanel())
  answerPanel(serve, openPreferences(join(app.getPath('userData'), 'preferences.json')))
  await joinAgent()
  showWindow()
}

// Root has no sandbox to give (crbug.com/638180): there Electron is started with --no-sandbox, and asking for one kills every child.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
app.setPath('userData', panelDir(app.getPath('userData'), options, process.env))
if (app.requestSingleInstanceLock()) {
  registerPanelScheme()
  app.on('second-instance', showWindow)
  app.on('activate', showWindow)
  app.on('window-all-closed', () => undefined)
  app.on('before-quit', (event) => {
    if (ended) return
    event.preventDefault()
    void quit()
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void quit())
  app
    .whenReady()
    .then(begin)
    .catch((error: unknown) => {
      dialog.showErrorBox('HXE cannot start', messageOf(error))
      app.exit(1)
    })
} else app.exit(0)
