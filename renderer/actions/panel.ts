import {
  Bell,
  Braces,
  ChartLine,
  History,
  Keyboard,
  Layers,
  LayoutDashboard,
  type LucideIcon,
  Monitor,
  Moon,
  Play,
  Plus,
  RefreshCw,
  Rows2,
  Rows4,
  Search,
  Server,
  SlidersHorizontal,
  Square,
  Sun,
  TextAlignStart,
} from 'lucide-react'
import { type PanelActionId, panelActionWords, type Service } from '../../contract/index.ts'
import { navigate } from '../router/index.ts'
import { isEveryHost, setPreferences, showOverlay, usePanel, type usePreferences } from '../store/index.ts'
import { reloadConfig } from './config.ts'
import { start, stop } from './service.ts'

/** Something that can be done with the panel or with everything in it. */
export interface PanelAction {
  id: PanelActionId
  label: string
  icon: LucideIcon
  keys: string | undefined
  kind: 'page' | 'command' | 'setting'
  /** Where a page is. */
  to?: string
  /** Why it cannot be done now; null when it can. */
  refusal(): string | null
  run(): void
}

type Definition = Pick<PanelAction, 'icon' | 'kind' | 'run'> & Partial<Pick<PanelAction, 'refusal' | 'to'>>

function define(id: PanelActionId, definition: Definition): PanelAction {
  const words: { label: string; keys?: string } = panelActionWords[id]
  return { id, label: words.label, keys: words.keys, refusal: () => null, ...definition }
}

const page = (id: PanelActionId, icon: LucideIcon, to: string): PanelAction =>
  define(id, { kind: 'page', icon, to, run: () => navigate(to) })

const lostWord = (): string | null =>
  usePanel.getState().connection.kind === 'connected' ? null : 'No word from the agent'

/** What is done with all at once is done on one host, never on all of them by one word. */
const oneHostOnly = (): string | null => (isEveryHost() ? 'Choose one host' : null)

const servicesThatCan = (action: typeof start): Service[] =>
  [...usePanel.getState().model.services.values()].filter((service) => action.when(service))

const setting = (
  id: PanelActionId,
  icon: LucideIcon,
  choice: Partial<ReturnType<typeof usePreferences.getState>>,
): PanelAction => define(id, { kind: 'setting', icon, run: () => setPreferences(choice) })

/** Pages that are there, in the order of the navigation. */
export const pageActions: readonly PanelAction[] = [
  page('overview', LayoutDashboard, '/'),
  page('services', Layers, '/services'),
  page('logs', TextAlignStart, '/logs'),
  page('metrics', ChartLine, '/metrics'),
  page('alerts', Bell, '/alerts'),
  page('configuration', Braces, '/configuration'),
  page('fleet', Server, '/fleet'),
  page('activity', History, '/activity'),
  page('settings', SlidersHorizontal, '/settings'),
]

export const openPalette = define('palette', { kind: 'command', icon: Search, run: () => showOverlay('palette') })
export const addService = define('addService', { kind: 'command', icon: Plus, run: () => navigate('/add') })
export const showKeys = define('keys', { kind: 'command', icon: Keyboard, run: () => showOverlay('keys') })

/** All of them, in the order of the command palette. */
export const panelActions: readonly PanelAction[] = [
  ...pageActions,
  addService,
  define('startAll', {
    kind: 'command',
    icon: Play,
    refusal: () => lostWord() ?? oneHostOnly() ?? (servicesThatCan(start).length === 0 ? 'All are up' : null),
    run: () => start.run(...servicesThatCan(start)),
  }),
  define('stopAll', {
    kind: 'command',
    icon: Square,
    refusal: () => lostWord() ?? oneHostOnly() ?? (servicesThatCan(stop).length === 0 ? 'Nothing runs' : null),
    run: () => stop.run(...servicesThatCan(stop)),
  }),
  define('reloadConfig', {
    kind: 'command',
    icon: RefreshCw,
    refusal: () => lostWord() ?? oneHostOnly(),
    run: reloadConfig,
  }),
  showKeys,
  setting('themeLight', Sun, { theme: 'light' }),
  setting('themeDark', Moon, { theme: 'dark' }),
  setting('themeSystem', Monitor, { theme: 'system' }),
  setting('comfortable', Rows2, { density: 'comfortable' }),
  setting('compact', Rows4, { density: 'compact' }),
]
