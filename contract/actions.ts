/**
 * The words and keys of what a person can do, once for buttons, menus, the command palette, the key map, the
 * application menu and the tray. What each does is told where it is done: `renderer/actions/` and `main/`.
 */

/** `mod` is Ctrl, on macOS Cmd; keys after one another are separated by a space: `g s`. */
interface ActionWords {
  label: string
  keys?: string
}

/** Done with one service or many; its button is named with the service: "Start web-app". */
export const serviceActionWords = {
  start: { label: 'Start', keys: 's' },
  stop: { label: 'Stop', keys: 's' },
  restart: { label: 'Restart', keys: 'r' },
  reload: { label: 'Reload' },
  enable: { label: 'Enable' },
  disable: { label: 'Disable' },
  logs: { label: 'Logs', keys: 'l' },
  open: { label: 'Open', keys: 'o' },
  favourite: { label: 'Add to favourites', keys: 'f' },
} as const satisfies Record<string, ActionWords>
export type ServiceActionId = keyof typeof serviceActionWords

export const panelActionWords = {
  palette: { label: 'Search or run', keys: 'mod+k' },
  keys: { label: 'Keys', keys: '?' },
  overview: { label: 'Overview', keys: 'g o' },
  services: { label: 'Services', keys: 'g s' },
  logs: { label: 'Logs', keys: 'g l' },
  metrics: { label: 'Metrics', keys: 'g m' },
  alerts: { label: 'Alerts', keys: 'g n' },
  configuration: { label: 'Configuration', keys: 'g c' },
  fleet: { label: 'Fleet', keys: 'g f' },
  activity: { label: 'Activity', keys: 'g a' },
  settings: { label: 'Settings', keys: 'mod+,' },
  startAll: { label: 'Start all' },
  stopAll: { label: 'Stop all' },
  addService: { label: 'Add a service', keys: 'n' },
  reloadConfig: { label: 'Read the configuration again' },
  themeLight: { label: 'Light theme' },
  themeDark: { label: 'Dark theme' },
  themeSystem: { label: 'Theme of the system' },
  comfortable: { label: 'Comfortable density' },
  compact: { label: 'Compact density' },
} as const satisfies Record<string, ActionWords>
export type PanelActionId = keyof typeof panelActionWords
