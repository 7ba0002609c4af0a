/** Whether a value of this name is masked wherever it is shown. */
export function looksSecret(name: string): boolean {
  return /pass(?:word|wd|phrase)|(?:^|[_-])pass(?:$|[_-])|token(?!_expiry)|secret|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|credential|auth(?:orization)?$|cookie|webhook[_-]?url|routing[_-]?key/i.test(
    name,
  )
}

/** What stands in place of a secret. */
export const mask = '••••••'

/** Whether a line of a file gives a value to something of a secret name, or holds an address with a password. */
export function holdsSecret(line: string): boolean {
  for (const [, name = '', value = ''] of line.matchAll(/(?<![\w-])([\w-]+)"?[ \t]*[=:][ \t]*"((?:[^"\\]|\\.)+)/g)) {
    // Where a secret comes from is no secret.
    if (looksSecret(name) && !/^(?:(?:env|credential|file):|\$\{[^}]*\}$)/.test(value)) return true
  }
  return maskAddress(line) !== line
}

/** An address whose password is masked: `postgres://user:••••••@host`. */
export function maskAddress(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${mask}@`)
}
