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

/** Opens the panel, with no more rights than a page needs. */
export function openWindow(distDir: string, isQuitting: () => boolean): BrowserWindow {
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
    if (isQuitting()) return
    event.preventDefault()
    window.hide()
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

function fromPanel({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isPanelAddress(senderFrame.url)
}

/** What the page may ask of this process: a port to the agent, and an address in the browser. */
export function answerPanel(serve: (port: MessagePortMain) => void): void {
  ipcMain.on('hxe-request-port', (event) => {
    if (!fromPanel(event)) return
    const { port1, port2 } = new MessageChannelMain()
    serve(port1)
    event.senderFrame?.postMessage('hxe-port', null, [port2])
  })
  ipcMain.on('hxe-open-external', (event, address: unknown) => {
    const url = fromPanel(event) ? externalAddress(address) : undefined
    if (url) void shell.openExternal(url)
  })
}
