/** A stretch of text in one style. Colours are names of tokens, so that they can be read in both themes. */
export interface Span {
  text: string
  colour?: AnsiColour
  background?: AnsiColour
  bold?: true
  dim?: true
  italic?: true
  underline?: true
  strike?: true
  /** An address of the web. */
  link?: string
  /** Stands for a character that cannot be shown as it is. */
  escaped?: true
}

const ansiColours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const
type AnsiColour = (typeof ansiColours)[number]

interface Style {
  colour: AnsiColour | undefined
  background: AnsiColour | undefined
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
  strike: boolean
  inverse: boolean
  link: string | undefined
}

const plain: Style = {
  colour: undefined,
  background: undefined,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
  link: undefined,
}

/**
 * Escape sequences: CSI with its parameters and final byte, OSC, DCS and their like up to their terminator (or the end
 * of the line, where it was cut), and two-byte escapes. The third group is the address of an OSC 8 link.
 */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~])|(?:\x1b\]|\x9d)8;[^;\x07\x1b\x9c]*;([^\x07\x1b\x9c]*)(?:\x07|\x1b\\|\x9c|$)|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]?/
/**
 * Characters that cannot be seen and change what can: controls, and those that turn the direction of text, hide in it or
 * break it. Tabs and newlines are text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const inert = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/
const special = new RegExp(`${sequences.source}|(${inert.source})`, 'g')

/** The text without escape sequences and control characters: for copying, and for terminals that must not be led on. */
export const stripAnsi = (text: string): string => (inert.test(text) ? text.replace(special, '') : text)

/**
 * Text with its colours and its links to web pages. Of other sequences (cursor movements, titles, clipboards) nothing is
 * left; a character that would do something is shown as its code.
 */
export function parseAnsi(text: string): Span[] {
  if (!inert.test(text)) return text === '' ? [] : [{ text }]
  const spans: Span[] = []
  let style = plain
  let from = 0
  for (const match of text.matchAll(special)) {
    const [whole, parameters, final, address, character] = match
    push(spans, text.slice(from, match.index), style)
    if (final === 'm') style = applySgr(style, parameters ?? '')
    if (address !== undefined) style = { ...style, link: webAddress(address) }
    if (character !== undefined) spans.push({ text: codeOf(character), escaped: true })
    from = match.index + whole.length
  }
  push(spans, text.slice(from), style)
  return spans
}

const codeOf = (character: string): string => {
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** Only pages of the web: a log line is anybody's text. */
function webAddress(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  return new URL(text).href
}

function push(spans: Span[], text: string, style: Style): void {
  if (text === '') return
  const colour = style.inverse ? (style.background ?? 'black') : style.colour
  const background = style.inverse ? (style.colour ?? 'white') : style.background
  spans.push({
    text,
    ...(colour && { colour }),
    ...(background && { background }),
    ...(style.bold && { bold: true }),
    ...(style.dim && { dim: true }),
    ...(style.italic && { italic: true }),
    ...(style.underline && { underline: true }),
    ...(style.strike && { strike: true }),
    ...(style.link !== undefined && { link: style.link }),
  })
}

const { link: _link, ...reset } = plain

/** What a single code changes; codes with parameters of their own are read in `applySgr`. */
const changes: Readonly<Record<number, Partial<Style>>> = {
  0: reset,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { colour: undefined },
  49: { background: undefined },
}

function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)))
  let next = style
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const { colour, used } = extendedColour(codes.slice(at + 1))
      next = { ...next, [code === 38 ? 'colour' : 'background']: colour }
      at += used
    } else {
      next = { ...next, ...(changes[code] ?? colourChange(code)) }
    }
  }
  return next
}

function colourChange(code: number): Partial<Style> {
  const isColour = (code >= 30 && code <= 37) || (code >= 90 && code <= 97)
  if (isColour) return { colour: ansiColours[code % 10] }
  const isBackground = (code >= 40 && code <= 47) || (code >= 100 && code <= 107)
  return isBackground ? { background: ansiColours[code % 10] } : {}
}

/** `5;N` of the 256 colours, or `2;R;G;B`: the nearest of the eight that are sure to be legible. */
function extendedColour(codes: readonly number[]): { colour: AnsiColour | undefined; used: number } {
  const [kind, first = 0, green = 0, blue = 0] = codes
  if (kind === 5) return { colour: colourOf256(first), used: 2 }
  if (kind === 2) return { colour: nearestColour(first, green, blue), used: 4 }
  return { colour: undefined, used: codes.length }
}

function colourOf256(index: number): AnsiColour {
  if (index < 16) return ansiColours[index % 8] ?? 'white'
  if (index >= 232) return index < 244 ? 'black' : 'white'
  const cube = index - 16
  return nearestColour(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51)
}

/** Which of red, green and blue are strong says which of the eight it is; what is grey is black or white. */
function nearestColour(red: number, green: number, blue: number): AnsiColour {
  const strongest = Math.max(red, green, blue)
  const spread = strongest - Math.min(red, green, blue)
  if (spread < 32) return strongest < 128 ? 'black' : 'white'
  const isStrong = (value: number): boolean => value > strongest - spread / 2
  return ansiColours[(isStrong(red) ? 1 : 0) + (isStrong(green) ? 2 : 0) + (isStrong(blue) ? 4 : 0)] ?? 'white'
}
