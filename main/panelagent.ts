import type { MessagePortMain } from 'electron'
import type { AlertsSummary, ConfigStatus, Service } from '../contract/index.ts'
import type { Refusal } from './all.ts'

export type Verb = 'start' | 'stop' | 'restart'

/** The agent that the panel shows: its own, or one that runs already on the data directory. */
export interface PanelAgent {
  /** False for an agent that somebody else runs: it goes on when the panel quits. */
  readonly own: boolean
  readonly dataDir: string
  services(): readonly Service[]
  /** Undefined while it is not known yet. */
  config(): ConfigStatus | undefined
  /** What fires, and what was told of it on the desktop. */
  alerts(): AlertsSummary
  /** Yields after each change of more than figures until the signal is aborted. */
  changes(signal: AbortSignal): AsyncIterable<unknown>
  act(name: string, verb: Verb): Promise<unknown>
  /** With many at once; who was refused, and why. */
  actOnMany(names: readonly string[], verb: Verb): Promise<Refusal[]>
  /** Serves one window, or leads it through to another host of the fleet. Returns what closes the port. */
  serve(port: MessagePortMain, host?: string): () => void
  /** Resolves when the agent has ended, with its exit code where it is known. */
  readonly closed: Promise<number>
  /** The agent of somebody else that has come back meanwhile. */
  rejoin?(): Promise<PanelAgent | undefined>
  /** Ends the agent; without a word on the services it follows `quit_policy`. */
  end(services?: 'stop' | 'keep'): Promise<void>
}
