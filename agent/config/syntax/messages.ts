/** A syntax error in words that say what to do. */
export interface Friendly {
  message: string
  expected?: string
  suggestion?: string
}

/** Where an error is: what stands at its place, before it on its line, and after it. */
export interface ErrorContext {
  detail: string
  written: string
  before: string
  after: string
}

/** HashiCorp's summaries in words for someone who does not know HCL. What is not here is passed on as it is. */
const words: Readonly<Record<string, (context: ErrorContext) => Friendly>> = {
  'Missing newline after argument': ({ written }) => ({
    message: 'Something follows the value on the same line.',
    expected: 'a new line after the value',
    ...(/^\d|^['"\p{L}]/u.test(written) ? { suggestion: 'Put what follows on a line of its own.' } : {}),
  }),
  'Missing newline after block definition': () => ({
    message: 'Something follows the block on the same line.',
    expected: 'a new line after "}"',
    suggestion: 'Put what follows on a line of its own.',
  }),
  'Unexpected comma after argument': () => ({
    message: 'Attributes are not separated by commas.',
    expected: 'a new line after the value',
    suggestion: 'Remove the comma.',
  }),
  'Invalid single-argument block definition': () => ({
    message: 'A block on one line holds one attribute and its closing "}".',
    expected: '"}" on the same line, or each attribute on a line of its own',
  }),
  'Invalid expression': invalidExpression,
  'Missing expression': () => ({
    message: 'The file ends where a value is expected.',
    expected: 'a value, and whatever closes what is open',
  }),
  'Invalid attribute name': () => ({ message: 'A name is missing after the dot.', expected: 'a name, as in env.HOME' }),
  'Invalid multi-line string': unclosedText,
  'Unterminated template string': () => ({
    message: 'This text is not closed.',
    expected: 'a closing double quote, or for a <<EOT text its word on a line of its own, followed by a new line',
  }),
  'Invalid escape sequence': ({ written }) => ({
    message: `${quote(written)} is not an escape sequence.`,
    expected: '\\n, \\r, \\t, \\", \\\\, \\uNNNN or \\UNNNNNNNN',
    suggestion: 'Write \\\\ for a backslash.',
  }),
  'Invalid character': ({ written }) => invalidCharacter(written),
  'Argument or block definition required': neither,
  'Missing item separator': missingComma,
  'Missing attribute separator': () => ({
    message: 'Two entries of this map stand on one line without a comma.',
    expected: 'a new line or a comma',
    suggestion: 'Put a comma before this entry.',
  }),
  'Missing argument separator': () => ({
    message: 'A comma is missing between two arguments.',
    expected: '"," or ")"',
  }),
  'Missing attribute value': () => ({ message: 'This key has no value.', expected: '"=" and a value' }),
  'Missing key/value separator': () => ({ message: 'This key has no value.', expected: '"=" and a value' }),
  'Unclosed configuration block': () => ({
    message: 'This block is not closed.',
    expected: 'a "}" for this "{" before the end of the file',
  }),
  'Unclosed template interpolation sequence': () => ({
    message: 'This ${ is not closed.',
    expected: '"}" before the end of the text',
    suggestion: 'Write $${ if the text is to contain ${ itself.',
  }),
  'Invalid template directive': () => ({
    message: '%{ begins a directive, and none follows.',
    expected: 'if, else, endif, for or endfor',
    suggestion: 'Write %%{ if the text is to contain %{ itself.',
  }),
  'Attribute redefined': ({ written, detail }) => ({
    message: `"${written}" is set twice${firstLine(detail)}.`,
    expected: 'each attribute once',
    suggestion: 'Remove one of them.',
  }),
  'Invalid string literal': () => ({
    message: 'A name cannot be put together from a template.',
    expected: 'a plain text',
    suggestion: 'Write $${ if the name is to contain ${ itself.',
  }),
  'Invalid block definition': ({ detail }) => ({
    message: 'This block is not well formed.',
    expected: detail.includes('equals sign') ? '"=" and a value, or "{" and a block' : 'name "label" { … }',
  }),
  'Invalid legacy index syntax': () => ({
    message: 'Indexes cannot be chained with dots.',
    expected: 'brackets: [0][1]',
  }),
  'Unbalanced parentheses': () => ({ message: 'A ")" is missing.', expected: '")"' }),
  'Invalid character encoding': () => ({ message: 'This is not UTF-8.', expected: 'a file saved as UTF-8' }),
}

export function friendly(summary: string, context: ErrorContext): Friendly {
  const known = Object.hasOwn(words, summary) ? words[summary] : undefined
  return known?.(context) ?? { message: context.detail === '' ? `${summary}.` : `${summary}: ${context.detail}` }
}

function firstLine(detail: string): string {
  const line = /line (\d+)/.exec(detail)?.[1]
  return line === undefined ? '' : `; the first is on line ${line}`
}

const aValue = 'a value: a text in double quotes, a number, true, false, a list [ … ] or a map { … }'

function invalidExpression({ written, before }: ErrorContext): Friendly {
  if (written === '*' && before.endsWith('/')) {
    return { message: 'This comment is not closed.', expected: '"*/" somewhere below' }
  }
  const message = written.trim() === '' ? 'A value is missing here.' : `A value cannot begin with ${quote(written)}.`
  return { message, expected: aValue }
}

function unclosedText({ before }: ErrorContext): Friendly {
  const isInSequence = /\$\{[^}]*$/.test(before)
  if (isInSequence) {
    return {
      message: `A \${ in this text is not closed.`,
      expected: 'a closing "}", and a closing double quote',
      suggestion: 'Close it with "}".',
    }
  }
  return {
    message: 'A text in quotes ends on its own line.',
    expected: 'a closing double quote on this line',
    suggestion: 'Close the quote, write \\n for a line break, or use <<EOT for a text of several lines.',
  }
}

function neither({ written, before, after }: ErrorContext): Friendly {
  const expected = 'name = value, or name { … }'
  if (written.startsWith('{') && before.trim() === '') {
    return {
      message: 'This is neither an attribute nor a block.',
      expected,
      suggestion: 'JSON is not read here: write service "name" { … }.',
    }
  }
  if (after.startsWith(':')) {
    return { message: 'A value follows "=", not ":".', expected, suggestion: `Write ${written} = …` }
  }
  if (/^[ \t]*\r?\n\s*\{/.test(after)) {
    return {
      message: 'The "{" of a block stands on the line of its name.',
      expected,
      suggestion: 'Move the "{" to the end of this line.',
    }
  }
  return { message: 'This is neither an attribute nor a block.', expected }
}

function missingComma({ written, after }: ErrorContext): Friendly {
  const beginsAttribute = /^[\p{L}_]/u.test(written) && /^\s*[={]/.test(after)
  if (beginsAttribute) {
    return { message: 'The list before this is not closed.', expected: '"]"', suggestion: 'Put "]" before this.' }
  }
  return {
    message: 'A comma is missing between two items of this list.',
    expected: '"," or "]"',
    suggestion: 'Put a comma before this item.',
  }
}

function invalidCharacter(written: string): Friendly {
  const [character = ''] = written
  if (character === "'" || character === '‘' || character === '’') {
    return {
      message: 'Single quotes do not enclose texts.',
      expected: 'double quotes',
      suggestion: 'Write " in place of both single quotes.',
    }
  }
  if (character === '“' || character === '”') {
    return { message: 'These are typographic quotes.', expected: 'straight double quotes', suggestion: 'Write " here.' }
  }
  if (character === ';') {
    return { message: '";" separates nothing here.', expected: 'a new line', suggestion: 'Remove it.' }
  }
  if (character === '$') {
    return { message: `\${ … } stands only inside a text.`, expected: `"\${ … }", in double quotes` }
  }
  return { message: `${capital(quote(character))} means nothing here.`, expected: 'a name or a value' }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function quote(text: string): string {
  const code = text.codePointAt(0) ?? 0
  const printable = code >= 0x20 && code !== 0x7f
  return printable
    ? `"${[...text].slice(0, 20).join('')}"`
    : `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
