const caps: Readonly<Record<string, string>> = {
  enter: '↵',
  escape: 'Esc',
  alt: 'Alt',
  tab: 'Tab',
  space: 'Space',
  arrowUp: '↑',
  arrowDown: '↓',
  arrowLeft: '←',
  arrowRight: '→',
}

const isMac = (): boolean => navigator.userAgent.includes('Mac')

/** A capital letter is pressed with Shift; a small one is printed as a capital all the same. */
function capsOf(key: string): string[] {
  if (key === 'mod') return [isMac() ? '⌘' : 'Ctrl']
  if (/^[A-Z]$/.test(key)) return [isMac() ? '⇧' : 'Shift', key]
  return [caps[key] ?? (key.length === 1 ? key.toUpperCase() : key)]
}

/** Of `mod+k`, `g s`, or `+` itself. */
const keysOf = (keys: string): string[] => (keys === '+' ? [keys] : keys.split(/[ +]/))

/** Keys as they are printed on a keyboard. What they do is said in words beside them. */
export function KeyCaps({ keys }: { keys: string }) {
  return (
    <span className="key-caps" aria-hidden="true">
      {keysOf(keys)
        .flatMap(capsOf)
        .map((key) => (
          <span className="kbd" key={key}>
            {key}
          </span>
        ))}
    </span>
  )
}
