/** As in `contract/log.ts`, whose schemas would take longer to load than the command takes. A test holds them equal. */
export const logLevelNames = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
