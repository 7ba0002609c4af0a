import type { Notice } from '../../types.ts'
import type { Outcome } from '../outcome.ts'
import type { Target } from '../target.ts'

/** What is shown on the desktop, and the page of the panel that tells more. */
export interface DesktopNotice {
  id: string
  title: string
  text: string
  path: string
}

export interface SendRequest {
  target: Target
  notice: Notice
  nowMs: number
  /** The machine's name, for those who get messages of many. */
  hostName: string
  env: Readonly<Record<string, string>>
  showOnDesktop: (notice: DesktopNotice) => void
  /** Ends the try. */
  signal: AbortSignal
}

export type Send = (request: SendRequest) => Promise<Outcome>
