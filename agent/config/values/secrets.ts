/** Whether a value of this name is masked wherever it is shown. */
export function looksSecret(name: string): boolean {
  return /pass(?:word|wd|phrase)|(?:^|[_-])pass(?:$|[_-])|token(?!_expiry)|secret|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|credential|auth(?:orization)?$|cookie|webhook[_-]?url|routing[_-]?key/i.test(
    name,
  )
}

/** What stands in place of a secret. */
export const mask = '••••••'

/** An address whose password is masked: `postgres://user:••••••@host`. */
export function maskAddress(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${mask}@`)
}
