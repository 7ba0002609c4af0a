import { join } from 'node:path'
import {
  BrowserWindow,
  type IpcMainEvent,
  ipcMain,
  MessageChannelMain,
  type MessagePortMain,
  session,
  shell,
} from 'electron'
import { externalAddress, isPanelAddress, panelOrigin } from './address.ts'
import type { PreferencesFile } from './preferences.ts'

/** Opens the panel, with no more rights than a page needs. */
export function openWindow(distDir: string, hasEnded: () => boolean, onClose: () => Promise<void>): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 720,
    minHeight: 480,
    title: 'HXE',
    webPreferences: {
      preload: join(distDir, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  })
  window.setMenuBarVisibility(false)
  window.on('close', (event) => {
    if (hasEnded()) return
    event.preventDefault()
    void onClose()
  })
  const { webContents } = window
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-redirect', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  void window.loadURL(`${panelOrigin}/`)
  return window
}

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

/** What the page may ask of this process: a port to the agent, an address in the browser, what the person chose. */
export function answerPanel(serve: (port: MessagePortMain) => void, preferences: PreferencesFile): void {
  ipcMain.on('hxe-read-preferences', (event) => {
    // An answer is owed in any case: the page waits for it.
    event.returnValue = fromPanel(event) ? preferences.current() : null
  })
  ipcMain.handle('hxe-save-preferences', (event, chosen: unknown) => {
    if (fromPanel(event)) return preferences.save(chosen)
    refuse('hxe-save-preferences', event)
  })
  ipcMain.on('hxe-request-port', (event) => {
    if (!fromPanel(event)) return refuse('hxe-request-port', event)
    const { port1, port2 } = new MessageChannelMain()
    serve(port1)
    event.senderFrame?.postMessage('hxe-port', null, [port2])
  })
  ipcMain.on('hxe-open-external', (event, address: unknown) => {
    if (!fromPanel(event)) return refuse('hxe-open-external', event)
    const url = externalAddress(address)
    if (url) void shell.openExternal(url)
    else console.warn('An address that may not be opened was asked for')
  })
}
