import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { panelOrigin } from './address.ts'
import { keepPlace, least, placeWindow, readPlace } from './place.ts'
import type { PreferencesFile } from './preferences.ts'

interface WindowParts {
  distDir: string
  placePath: string
  preferences: PreferencesFile
  /** Closing is decided elsewhere until the app ends. */
  hasEnded(): boolean
  onClose(): void
  onCrashLoop(): void
}

export interface PanelWindow {
  /** The window, which may be hidden; undefined before it is first shown. */
  readonly window: BrowserWindow | undefined
  /** Brings it to the front, at this path where one is given. */
  show(path?: string): void
  hide(): void
}

/** The page's `--bg-window`, so that nothing flashes before it is painted. */
const grounds = { light: '#f3f3f6', dark: '#0e0f11' } as const
/** A page that crashes more often than this is not loaded again by itself. */
const mostCrashes = 3
const crashWindowMs = 60_000

export function createPanelWindow(parts: WindowParts): PanelWindow {
  const { distDir, placePath, preferences, hasEnded, onClose, onCrashLoop } = parts
  let window: BrowserWindow | undefined

  function open(path: string): BrowserWindow {
    const saved = readPlace(placePath)
    const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea)
    const { theme } = preferences.current()
    nativeTheme.themeSource = theme
    const opened = new BrowserWindow({
      ...placeWindow(saved, areas),
      minWidth: least.width,
      minHeight: least.height,
      show: false,
      title: 'HXE',
      ...(process.platform === 'linux' ? { icon: join(distDir, '..', 'assets', 'icon.png') } : {}),
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? grounds.dark : grounds.light,
      webPreferences: {
        preload: join(distDir, 'preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
      },
    })
    if (saved?.maximized) opened.maximize()
    const forgetPlace = keepPlace(opened, placePath)
    opened.on('closed', forgetPlace)
    opened.on('close', (event) => {
      if (hasEnded()) return
      event.preventDefault()
      onClose()
    })
    lockDown(opened)
    reloadAfterCrashes(opened, onCrashLoop)
    void opened.loadURL(`${panelOrigin}${path}`)
    return opened
  }

  preferences.watch(() => {
    nativeTheme.themeSource = preferences.current().theme
    window?.setBackgroundColor(nativeTheme.shouldUseDarkColors ? grounds.dark : grounds.light)
  })

  return {
    get window() {
      return window
    },
    show(path) {
      const isNew = !window || window.isDestroyed()
      const shown = window && !isNew ? window : open(path ?? '/')
      window = shown
      if (path !== undefined && !isNew) go(shown, path)
      if (shown.isMinimized()) shown.restore()
      shown.show()
      shown.focus()
    },
    hide: () => window?.hide(),
  }
}

/** A page that is there goes on by itself and keeps what it holds; one that is not yet is loaded there. */
function go({ webContents }: BrowserWindow, path: string): void {
  if (webContents.isLoadingMainFrame() || webContents.isCrashed()) void webContents.loadURL(`${panelOrigin}${path}`)
  else webContents.send('hxe-open', path)
}

function lockDown({ webContents }: BrowserWindow): void {
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-redirect', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

function reloadAfterCrashes({ webContents }: BrowserWindow, onCrashLoop: () => void): void {
  let crashedAtMs: number[] = []
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const nowMs = Date.now()
    crashedAtMs = [...crashedAtMs.filter((atMs) => nowMs - atMs < crashWindowMs), nowMs]
    console.warn(`The panel's page has gone (${reason}), for the ${crashedAtMs.length}. time within a minute`)
    if (crashedAtMs.length > mostCrashes) onCrashLoop()
    else webContents.reload()
  })
}
