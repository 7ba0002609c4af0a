import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, type BrowserWindow, dialog, Menu } from 'electron'

export type QuitChoice = 'keep' | 'stop'

const fileName = 'quit.json'

function remembered(): QuitChoice | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(join(app.getPath('userData'), fileName), 'utf8'))
    return found === 'keep' || found === 'stop' ? found : undefined
  } catch {
    // Nothing was remembered yet, or not by this program: the question is asked again.
    return undefined
  }
}

/** Asks once what becomes of the services, and remembers it. Undefined when the person would rather not quit. */
export async function askQuit(window: BrowserWindow | undefined): Promise<QuitChoice | undefined> {
  const before = remembered()
  if (before) return before
  const question = {
    type: 'question' as const,
    title: 'Quit HXE',
    message: 'What shall become of the services?',
    detail: 'Services that are kept go on without HXE; nothing restarts them until it runs again.',
    buttons: ['Keep services running', 'Stop services', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    checkboxLabel: 'Do so each time',
    checkboxChecked: true,
  }
  const { response, checkboxChecked } = await (window
    ? dialog.showMessageBox(window, question)
    : dialog.showMessageBox(question))
  const choice = (['keep', 'stop'] as const)[response]
  if (choice && checkboxChecked) {
    writeFileSync(join(app.getPath('userData'), fileName), JSON.stringify(choice), { mode: 0o600 })
  }
  return choice
}

/** The keys of text fields, and Quit. Its Quit asks, unlike `app.quit()` from outside. */
export function setAppMenu(quit: () => void): void {
  const quitItem = { label: 'Quit HXE', accelerator: 'CmdOrCtrl+Q', click: quit }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { label: 'HXE', submenu: [quitItem] },
      { role: 'editMenu' },
      { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'close' }, { role: 'togglefullscreen' }] },
    ]),
  )
}
