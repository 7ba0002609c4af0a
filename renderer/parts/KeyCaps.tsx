const caps: Readonly<Record<string, string>> = {
  enter: '↵',
  escape: 'Esc',
  arrowUp: '↑',
  arrowDown: '↓',
}

const isMac = (): boolean => navigator.userAgent.includes('Mac')

const capOf = (key: string): string => (key === 'mod' ? (isMac() ? '⌘' : 'Ctrl') : (caps[key] ?? key.toUpperCase()))

/** Keys as they are printed on a keyboard. What they do is said in words beside them. */
export function KeyCaps({ keys }: { keys: string }) {
  return (
    <span className="key-caps" aria-hidden="true">
      {keys
        .split(/[ +]/)
        .map(capOf)
        .map((key) => (
          <span className="kbd" key={key}>
            {key}
          </span>
        ))}
    </span>
  )
}
