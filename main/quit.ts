import { type BrowserWindow, dialog } from 'electron'
import type { PreferencesFile } from './preferences.ts'

export type QuitChoice = 'keep' | 'stop'

type Question = Parameters<typeof dialog.showMessageBox>[0]

const ask = (window: BrowserWindow | undefined, question: Question) =>
  window?.isVisible() ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question)

/** Asks once what becomes of the services, and remembers it. Undefined when the person would rather not quit. */
export async function askQuit(
  window: BrowserWindow | undefined,
  preferences: PreferencesFile,
): Promise<QuitChoice | undefined> {
  const { quit } = preferences.current()
  if (quit !== 'ask') return quit
  const { response, checkboxChecked } = await ask(window, {
    type: 'question',
    title: 'Quit HXE',
    message: 'What shall become of the services?',
    detail: 'Kept services go on, and an agent without a window looks after them until HXE is opened again.',
    buttons: ['Keep services running', 'Stop services', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    checkboxLabel: 'Do so each time',
    checkboxChecked: true,
  })
  const choice = (['keep', 'stop'] as const)[response]
  if (choice && checkboxChecked) await preferences.save({ ...preferences.current(), quit: choice })
  return choice
}

/** What closing the window means where no tray icon could bring it back. */
export async function askClose(window: BrowserWindow | undefined): Promise<'hide' | 'quit' | undefined> {
  const { response } = await ask(window, {
    type: 'question',
    title: 'Close HXE',
    message: 'Keep HXE running without a window?',
    detail: 'This desktop shows no tray icons. To get the window back, start HXE once more.',
    buttons: ['Keep running', 'Quit HXE', 'Cancel'],
    defaultId: 1,
    cancelId: 2,
  })
  return (['hide', 'quit'] as const)[response]
}
