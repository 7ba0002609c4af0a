/** Why a host does not do again what it was given before. */
export const repeatedReason = 'repeated'

/** Whether a refusal says that the host was given the operation before: it has been taken in, and once. */
export function isRepeated(error: unknown): boolean {
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined
  return typeof data === 'object' && data !== null && 'reason' in data && data.reason === repeatedReason
}
