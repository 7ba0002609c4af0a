import { app, Menu, type MenuItemConstructorOptions, shell } from 'electron'
import { panelActionWords as words } from '../contract/index.ts'

interface AppMenuActions {
  open(path: string): void
  actAll(verb: 'start' | 'stop'): void
  /** Asks, unlike `app.quit()` from outside. */
  quit(): void
  dataDir(): string | undefined
}

const pages = [
  [words.overview.label, '/overview'],
  [words.services.label, '/services'],
  [words.logs.label, '/logs'],
  [words.configuration.label, '/configuration'],
  [words.activity.label, '/activity'],
] as const

export function setAppMenu(actions: AppMenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(actions, process.platform === 'darwin')))
}

function appMenu(actions: AppMenuActions, isMac: boolean): MenuItemConstructorOptions[] {
  const settings: MenuItemConstructorOptions = {
    label: words.settings.label,
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.open('/settings'),
  }
  const quit: MenuItemConstructorOptions = { label: 'Quit HXE', accelerator: 'CmdOrCtrl+Q', click: actions.quit }
  const about: MenuItemConstructorOptions = { label: 'About HXE', click: () => app.showAboutPanel() }
  const line: MenuItemConstructorOptions = { type: 'separator' }
  return [
    {
      label: 'HXE',
      submenu: isMac
        ? [about, line, settings, line, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, line, quit]
        : [settings, line, quit],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...pages.map(
          ([label, path], index): MenuItemConstructorOptions => ({
            label,
            accelerator: `CmdOrCtrl+${index + 1}`,
            click: () => actions.open(path),
          }),
        ),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: 'Services',
      submenu: [
        { label: words.addService.label, click: () => actions.open('/add') },
        line,
        { label: words.startAll.label, click: () => actions.actAll('start') },
        { label: words.stopAll.label, click: () => actions.actAll('stop') },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        {
          label: 'Open the Data Folder',
          click: () => {
            const dir = actions.dataDir()
            if (dir !== undefined) void shell.openPath(dir)
          },
        },
        ...(isMac ? [] : [about]),
      ],
    },
  ]
}
