import type { FixAction, Why } from '../../contract/index.ts'
import { client } from '../connection/index.ts'
import { copyText } from '../parts/index.ts'
import { navigate, servicePath, withQuery } from '../router/index.ts'
import { showDone, showError } from '../store/index.ts'
import { runVerb } from './verbs.ts'

export type Fix = Why['fixes'][number]

/** Carries out a fix: here where it only leads somewhere, by the agent where something is to be changed. */
export async function applyFix({ label, action }: Fix): Promise<void> {
  switch (action.kind) {
    case 'service':
      return void (await runVerb([action.service], action.verb))
    case 'open-service':
      return navigate(servicePath(action.service))
    case 'open-logs':
      return navigate(withQuery('/logs', { service: action.service }))
    case 'open-file':
      return copyForPerson(`${action.file}:${action.line}:${action.column}`, 'Open it in your editor.')
    case 'run-command':
      return copyForPerson(action.command, 'Paste it into a terminal.')
    case 'end-process':
    case 'set-attribute':
      return applyByAgent(label, action)
  }
}

async function applyByAgent(label: string, action: FixAction): Promise<void> {
  try {
    const { done, text } = await client.fixes.apply({ action })
    if (done) showDone(label, text)
    else showError(`Not done: ${label}`, text)
  } catch (error) {
    showError(`Not done: ${label}`, error, [{ label: 'Try again', run: () => void applyByAgent(label, action) }])
  }
}

async function copyForPerson(text: string, hint: string): Promise<void> {
  if (await copyText(text)) showDone('Copied', `${text}\n${hint}`)
  else showError('Could not copy', text)
}
