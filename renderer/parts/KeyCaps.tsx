const caps: Readonly<Record<string, string>> = {
  enter: '↵',
  escape: 'Esc',
  alt: 'Alt',
  arrowUp: '↑',
  arrowDown: '↓',
}

const isMac = (): boolean => navigator.userAgent.includes('Mac')

/** A capital letter is pressed with Shift; a small one is printed as a capital all the same. */
function capsOf(key: string): string[] {
  if (key === 'mod') return [isMac() ? '⌘' : 'Ctrl']
  return /^[A-Z]$/.test(key) ? ['⇧', key] : [caps[key] ?? (key.length === 1 ? key.toUpperCase() : key)]
}

/** Keys as they are printed on a keyboard. What they do is said in words beside them. */
export function KeyCaps({ keys }: { keys: string }) {
  return (
    <span className="key-caps" aria-hidden="true">
      {keys
        .split(/[ +]/)
        .flatMap((key) => (/^[A-Z]$/.test(key) ? ['Shift', key] : [key]))
        .flatMap(capsOf)
        .map((key) => (
          <span className="kbd" key={key}>
            {key}
          </span>
        ))}
    </span>
  )
}
