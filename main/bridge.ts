import {
  BrowserWindow,
  dialog,
  type IpcMainEvent,
  ipcMain,
  MessageChannelMain,
  type MessagePortMain,
  type OpenDialogOptions,
  session,
  shell,
  type WebContents,
} from 'electron'
import { externalAddress, isPanelAddress } from './address.ts'
import type { EditsFile } from './edits.ts'
import type { Login } from './login.ts'
import type { PreferencesFile } from './preferences.ts'

export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
}

function fromPanel({ senderFrame }: Pick<IpcMainEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && isPanelAddress(senderFrame.url)
}

function refuse(channel: string, { senderFrame }: Pick<IpcMainEvent, 'senderFrame'>): void {
  console.warn(
    `${channel} was asked for by a page that is not the panel: ${senderFrame?.origin ?? 'a frame that is gone'}`,
  )
}

const longestHostName = 120

/** The system's dialog over the window that asks; null when the person leaves it. */
async function chooseFolder(page: WebContents): Promise<string | null> {
  const options: OpenDialogOptions = {
    title: 'Choose the folder of a project',
    buttonLabel: 'Look here',
    properties: ['openDirectory'],
  }
  const owner = BrowserWindow.fromWebContents(page)
  const { filePaths } = await (owner ? dialog.showOpenDialog(owner, options) : dialog.showOpenDialog(options))
  return filePaths[0] ?? null
}

interface Answers {
  /** A port to the agent, or through it to another host of the fleet. */
  serve(port: MessagePortMain, host: string | undefined): void
  /** The page shows what the agent has. */
  drawn(): void
  preferences: PreferencesFile
  edits: Promise<EditsFile>
  login: Login
}

/** What the page may ask of this process: a port to the agent, an address in the browser, what the person chose. */
export function answerPanel({ serve, drawn, preferences, edits, login }: Answers): void {
  ipcMain.on('hxe-read-preferences', (event) => {
    // An answer is owed in any case: the page waits for it.
    event.returnValue = fromPanel(event) ? preferences.current() : null
  })
  ipcMain.handle('hxe-save-preferences', (event, chosen: unknown) => {
    if (fromPanel(event)) return preferences.save(chosen)
    refuse('hxe-save-preferences', event)
  })
  ipcMain.handle('hxe-read-edits', async (event) => {
    if (fromPanel(event)) return (await edits).current()
    refuse('hxe-read-edits', event)
  })
  ipcMain.handle('hxe-save-edits', async (event, edited: unknown) => {
    if (fromPanel(event)) return (await edits).save(edited)
    refuse('hxe-save-edits', event)
  })
  ipcMain.handle('hxe-starts-at-login', (event) => {
    if (fromPanel(event)) return login.isOn()
    refuse('hxe-starts-at-login', event)
  })
  ipcMain.handle('hxe-start-at-login', (event, on: unknown) => {
    if (fromPanel(event)) return login.set(on === true)
    refuse('hxe-start-at-login', event)
  })
  ipcMain.handle('hxe-choose-folder', (event) => {
    if (fromPanel(event)) return chooseFolder(event.sender)
    refuse('hxe-choose-folder', event)
  })
  ipcMain.on('hxe-request-port', (event, request: unknown, host: unknown) => {
    const isHost = host === undefined || (typeof host === 'string' && host.length > 0 && host.length <= longestHostName)
    if (!fromPanel(event) || !isHost) return refuse('hxe-request-port', event)
    const { port1, port2 } = new MessageChannelMain()
    serve(port1, host)
    event.senderFrame?.postMessage('hxe-port', typeof request === 'number' ? request : null, [port2])
  })
  ipcMain.on('hxe-drawn', (event) => {
    if (fromPanel(event)) drawn()
    else refuse('hxe-drawn', event)
  })
  ipcMain.on('hxe-open-external', (event, address: unknown) => {
    if (!fromPanel(event)) return refuse('hxe-open-external', event)
    const url = externalAddress(address)
    if (url) void shell.openExternal(url)
    else console.warn('An address that may not be opened was asked for')
  })
}
