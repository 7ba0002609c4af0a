/**
 * Text that others wrote, made fit for a terminal. A log line may carry colours (SGR), and nothing else that a terminal
 * obeys: no title, clipboard (OSC 52), link, cursor movement, or turned direction of writing.
 */

// One pass finds every sequence a terminal acts upon: strings (OSC, DCS, SOS, PM, APC) up to their end, CSI, the
// two-character rest, and what is left of controls. C1 controls are the same sequences in one character. A string that does
// not end swallows the line, as in a terminal.
const control =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$|(?=\x1b))|(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*(?:[\x40-\x7e]|$)|\x1b[\x20-\x2f]*(?:[\x30-\x7e]|$)|[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g
const colourSequence =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /^(?:\x1b\[|\x9b)([0-9;:]*)m$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const suspect = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/
const reset = '\x1b[0m'

/** One line for a terminal. With `keepColours` its colours stay and end with it. */
export function safeLine(text: string, keepColours = false): string {
  if (!suspect.test(text)) return text
  let coloured = false
  const kept = text.replace(control, (found) => {
    const colour = keepColours ? colourSequence.exec(found)?.[1] : undefined
    if (colour === undefined) return found.length === 1 ? picture(found) : ''
    coloured = true
    return `\x1b[${colour}m`
  })
  return coloured ? `${kept}${reset}` : kept
}

/** Text of several lines, such as a sentence with a command below it. */
export function safeText(text: string): string {
  return text
    .split('\n')
    .map((line) => safeLine(line))
    .join('\n')
}

/** A control character as the picture that Unicode has for it, a C1 control as "unknown"; what turns the direction as nothing. */
function picture(sign: string): string {
  const code = sign.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '␡'
  return code < 0xa0 ? '\ufffd' : ''
}

/** JSON leaves DEL and the C1 controls as they are; a terminal obeys the latter. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\x7f-\x9f]/g,
    (control) => `\\u00${control.charCodeAt(0).toString(16)}`,
  )
}
