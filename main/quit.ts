import { type BrowserWindow, dialog } from 'electron'
import { editsInWords } from '../contract/index.ts'
import type { EditsFile } from './edits.ts'
import type { PreferencesFile } from './preferences.ts'

export type QuitChoice = 'keep' | 'stop'

/** So many files are named in a question. */
const mostNamed = 10

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

/** Before what is edited goes out of sight. True when the person goes on; what is not discarded is there next time. */
export async function askEdits(window: BrowserWindow | undefined, edits: EditsFile): Promise<boolean> {
  const count = edits.count()
  if (count === 0) return true
  const names = Object.keys(edits.current()).sort().slice(0, mostNamed)
  const { response } = await ask(window, {
    type: 'warning',
    title: 'Configuration',
    message: `${editsInWords(count)} of the configuration ${count === 1 ? 'is' : 'are'} not applied`,
    detail: `${names.join('\n')}${count > names.length ? '\n…' : ''}\n\nKept edits are there again when the window is opened; nothing of them runs until then.`,
    buttons: ['Keep them', 'Discard them', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  })
  if (response === 1) await edits.drop()
  return response !== 2
}
