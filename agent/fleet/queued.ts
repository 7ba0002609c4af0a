import type { CommandState, QueuedCommand } from '../../contract/index.ts'

export type CommandEvent = 'send' | 'acknowledge' | 'refuse' | 'expire' | 'withdraw'

/** What was sent may have been done: it cannot be taken back, only told again under the same name. */
const table: Readonly<Record<CommandState, Partial<Record<CommandEvent, CommandState>>>> = {
  waiting: { send: 'sent', expire: 'expired', withdraw: 'withdrawn' },
  sent: { send: 'sent', acknowledge: 'done', refuse: 'failed', expire: 'expired' },
  done: {},
  failed: {},
  expired: {},
  withdrawn: {},
}

export const isCommandOpen = ({ state }: QueuedCommand): boolean => state === 'waiting' || state === 'sent'

/** The command after something has happened to it; undefined where that cannot happen to it. */
export function afterCommand<Command extends QueuedCommand>(
  command: Command,
  event: CommandEvent,
  text: string,
  nowMs: number,
): Command | undefined {
  const state = table[command.state][event]
  if (!state) return undefined
  const after = { ...command, state, text }
  return { ...after, endedAt: isCommandOpen(after) ? null : new Date(nowMs).toISOString() }
}

export const isExpired = ({ expiresAt }: QueuedCommand, nowMs: number): boolean => nowMs >= Date.parse(expiresAt)

/** What there is to say of one whose time has come. */
export const sayExpired = ({ state, host }: QueuedCommand): string =>
  state === 'sent'
    ? `${host} was told and has not answered; whether it was done is not known`
    : `${host} was not back in time; nothing was done`
