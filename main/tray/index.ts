import { Menu, type MenuItemConstructorOptions, nativeTheme, Tray } from 'electron'
import type { PanelAgent } from '../panelagent.ts'
import type { PreferencesFile } from '../preferences.ts'
import { pixels, templateImage } from './icon.ts'
import { isSeparator, type MenuActions, type TrayItem, type TrayState, trayMenu, trayState } from './menu.ts'
import { type Notifier, openNotifier } from './notifier.ts'

export interface PanelTray {
  /** Shows this agent until the signal is aborted, and none after it. */
  follow(agent: PanelAgent, signal: AbortSignal): Promise<void>
  /** Whether somebody shows the icon: without one, a hidden window could not be brought back. */
  isShown(): Promise<boolean>
  close(): void
}

interface TrayParts {
  assetsDir: string
  preferences: PreferencesFile
  actions: MenuActions
}

/** What changes falls together for this long: ten services that start are one new menu. */
const restMs = 200

/** The icon is there as long as the app is; the window may be closed. */
export async function openTray({ assetsDir, preferences, actions }: TrayParts): Promise<PanelTray> {
  const surface = await openSurface(assetsDir, () => actions.open())
  let agent: PanelAgent | undefined
  let shown = ''
  const show = (): void => {
    const services = agent?.services() ?? []
    const kind = agent ? (agent.own ? 'own' : 'other') : 'none'
    const facts = { services, agent: kind, config: agent?.config(), alerts: agent?.alerts() } as const
    const items = trayMenu({ ...facts, favourites: preferences.current().favourites }, actions)
    const state = trayState(facts)
    // Usage changes each second, and is not in the menu.
    const drawn = JSON.stringify([state, items])
    if (drawn === shown) return
    shown = drawn
    surface.show(state, items)
  }
  let timer: NodeJS.Timeout | undefined
  const showSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      show()
    }, restMs)
  }
  const forget = preferences.watch(showSoon)
  show()
  return {
    async follow(followed, signal) {
      agent = followed
      show()
      try {
        for await (const _ of followed.changes(signal)) showSoon()
      } finally {
        agent = undefined
        show()
      }
    },
    isShown: () => surface.isShown(),
    close() {
      clearTimeout(timer)
      forget()
      surface.close()
    },
  }
}

/** The line of summary, what alerts say, and what is wrong with the configuration. */
const tipOf = (items: readonly TrayItem[]): string =>
  items
    .filter(({ id }) => id === 'summary' || id === 'alerts' || id === 'config')
    .map(({ label }) => label)
    .join('. ')

interface Surface extends Pick<Notifier, 'isShown' | 'close'> {
  show(state: TrayState, items: readonly TrayItem[]): void
}

async function openSurface(assetsDir: string, onActivate: () => void): Promise<Surface> {
  if (process.platform !== 'linux') return electronSurface(assetsDir, onActivate)
  const notifier = await openNotifier(onActivate).catch((error: unknown) => {
    console.warn('There is no tray icon, for the session bus cannot be used:', error)
    return undefined
  })
  if (!notifier) return { show: () => undefined, isShown: async () => false, close: () => undefined }
  const drawings = new Map<string, ReturnType<typeof pixels>>()
  const drawingOf = (state: TrayState): ReturnType<typeof pixels> => {
    const isDark = panelIsDark()
    const key = `${state} ${isDark}`
    const drawing = drawings.get(key) ?? pixels(assetsDir, state, isDark)
    drawings.set(key, drawing)
    return drawing
  }
  return {
    show: (state, items) => notifier.show({ pixels: drawingOf(state), tip: tipOf(items), items }),
    isShown: () => notifier.isShown(),
    close: () => notifier.close(),
  }
}

/** GNOME's bar is dark in both of its themes; elsewhere the panel follows the theme. */
const panelIsDark = (): boolean =>
  /gnome|unity/i.test(process.env.ORIGINAL_XDG_CURRENT_DESKTOP ?? process.env.XDG_CURRENT_DESKTOP ?? '') ||
  nativeTheme.shouldUseDarkColors

/** macOS and Windows copy a menu when they open it: a new one does not touch one that is open. */
function electronSurface(assetsDir: string, onActivate: () => void): Surface {
  const tray = new Tray(templateImage(assetsDir, 'none'))
  tray.on('click', onActivate)
  return {
    show(state, items) {
      tray.setImage(templateImage(assetsDir, state))
      tray.setToolTip(`HXE: ${tipOf(items)}`)
      tray.setContextMenu(Menu.buildFromTemplate(items.map(templateOf)))
    },
    isShown: async () => true,
    close: () => tray.destroy(),
  }
}

function templateOf(item: TrayItem): MenuItemConstructorOptions {
  if (isSeparator(item)) return { type: 'separator' }
  return {
    id: item.id,
    label: item.label,
    enabled: item.enabled ?? true,
    ...(item.click ? { click: item.click } : {}),
    ...(item.items ? { submenu: item.items.map(templateOf) } : {}),
  }
}
