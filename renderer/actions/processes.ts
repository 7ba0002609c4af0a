import type { ProcessInfo } from '../../contract/index.ts'
import { client } from '../connection/index.ts'
import { askPerson, showDone, showError } from '../store/index.ts'

/** What a person sends by hand, the harmless ones first. */
export const signals = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGKILL'] as const

export async function sendSignal(name: string, signal: (typeof signals)[number]): Promise<void> {
  try {
    await client.services.signal({ name, signal })
    showDone(`${signal} sent to ${name}`)
  } catch (error) {
    showError(`${signal} did not reach ${name}`, error)
  }
}

/** Ends one process of a service after a question: what hangs on it is lost. */
export async function endProcess(service: string, { pid, command, name, main, startTime }: ProcessInfo): Promise<void> {
  const consequence = main
    ? `It is what ${service} is: the service ends, and its restart policy decides what follows.`
    : `${service} goes on without it.`
  const choice = await askPerson({
    title: `End process ${pid}?`,
    text: `${command === '' ? name : command}\n${consequence}`,
    choices: [{ id: 'end', label: 'End process', look: 'danger' }],
  })
  if (choice === null) return
  try {
    const { done, text } = await client.fixes.apply({ action: { kind: 'end-process', pid, startTime } })
    if (done) showDone(text)
    else showError(`Process ${pid} was not ended`, text)
  } catch (error) {
    showError(`Process ${pid} was not ended`, error)
  }
}
