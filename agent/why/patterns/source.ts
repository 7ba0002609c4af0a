import { openFile } from '../fixes.ts'
import { placeNear } from '../traces.ts'
import { baseName, clean } from '../words.ts'
import { first, type LineContext, type Pattern, type Told } from './pattern.ts'

/** Sources and settings files that cannot be read as what they are. */

function absolute(file: string, workingDir: string | undefined): string | undefined {
  if (file.startsWith('/')) return file
  return workingDir?.startsWith('/') ? `${workingDir.replace(/\/$/, '')}/${file.replace(/^\.\//, '')}` : undefined
}

function told(
  what: string,
  detail: string,
  file: string | undefined,
  line: number | undefined,
  context: LineContext,
): Told {
  const where = file ? `${clean(baseName(file), 80)}${line === undefined ? '' : `:${line}`}` : undefined
  const path = file ? absolute(file, context.facts.workingDir) : undefined
  return {
    sentence: `${what}${where ? ` in ${where}` : ''}${detail ? `: ${detail}` : ''}`,
    ...(where && { subject: where }),
    fact: `${what.charAt(0).toLowerCase()}${what.slice(1)}${detail ? `: ${detail}` : ''}`,
    ...(path && line !== undefined && { fixes: [openFile({ file: path, line, column: 1 })] }),
  }
}

function syntax(groups: RegExpExecArray, context: LineContext): Told {
  const detail = first(groups)
  if (/\bJSON\b/.test(detail)) return told('Text that is not valid JSON', detail, undefined, undefined, context)
  const near = sourceOfNode(context) ?? placeNear(context.lines, context.index)
  return told('Syntax error', detail, near?.file, near?.line, context)
}

/** Node writes `/srv/app.js:3`, the line and a caret above the error; below it only its own loader is named. */
function sourceOfNode({ lines, index }: LineContext): { file: string; line: number } | undefined {
  for (const line of lines.slice(Math.max(0, index - 8), index).reverse()) {
    const match = /^(?:file:\/\/)?(\/[^\s():]+):(\d+)$/.exec(line)
    if (match?.[1]) return { file: match[1], line: Number(match[2]) }
  }
  return undefined
}

const named =
  (what: string) =>
  (groups: RegExpExecArray, context: LineContext): Told => {
    const { file, line, detail } = groups.groups ?? {}
    return told(what, clean(detail ?? '', 120), file, line === undefined ? undefined : Number(line), context)
  }

export const sourcePatterns: readonly Pattern[] = [
  {
    id: 'nginx',
    match: /\[emerg\](?: [\d#]+:)? (?<detail>.{1,200}) in (?<file>\/[^\s:]{1,300}):(?<line>\d+)/,
    tell: named('A mistake'),
  },
  {
    id: 'php',
    match: /Parse error: +(?<detail>.{1,200}) in (?<file>\S{1,300}) on line (?<line>\d+)/,
    tell: named('Syntax error'),
  },
  {
    id: 'shell',
    match:
      /(?<![\w./-])(?<file>[\w./][^\s:]{0,200}): (?:line )?(?<line>\d+): (?<detail>syntax error.{0,120}|Syntax error.{0,120})/,
    tell: named('Syntax error'),
  },
  {
    id: 'ruby',
    match: /(?<![^\s:])(?<file>[^\s:]{1,200}\.rb):(?<line>\d+): (?<detail>syntax error.{0,120})/,
    tell: named('Syntax error'),
  },
  { id: 'perl', match: /(?<detail>syntax error) at (?<file>\S{1,200}) line (?<line>\d+)/, tell: named('Syntax error') },
  {
    id: 'shell-text',
    match: /\bsyntax error near.{0,120}/,
    tell: (groups, context) => told('Syntax error', clean(groups[0], 120), undefined, undefined, context),
  },
  { id: 'syntax', match: /\b(?:SyntaxError|IndentationError|TabError): (.{1,200})/, tell: syntax },
  {
    id: 'yaml',
    match: /(?:YAMLException|yaml\.\w+\.\w+Error|YAMLParseError|error parsing (?:yaml|config)).{0,5}?:? ?(.{0,120})/i,
    tell: (groups, context) => told('Text that is not valid YAML', first(groups), undefined, undefined, context),
  },
  {
    id: 'toml',
    match: /(?:TOMLDecodeError|toml: (?:line \d+)?).{0,3}?:? ?(.{0,120})/,
    tell: (groups, context) => told('Text that is not valid TOML', first(groups), undefined, undefined, context),
  },
  {
    id: 'json',
    match: /JSONDecodeError: (.{0,120})|invalid character .{1,10} (?:looking for|in) .{0,60}/,
    tell: (groups, context) => told('Text that is not valid JSON', first(groups), undefined, undefined, context),
  },
]
