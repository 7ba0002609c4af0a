import { baseName } from './words.ts'

/** Where in a source an error arose: the file as the program wrote it, and the line. */
export interface SourcePlace {
  file: string
  line: number
}

const places: readonly RegExp[] = [
  // Python: `  File "/srv/app.py", line 12, in main`
  /^\s*File "([^"]+)", line (\d+)/,
  // Node: `    at main (/srv/app.js:12:5)`, `    at file:///srv/app.mjs:12:5`, and `/srv/app.js:12` above the source line
  /^\s+at .*?\(?(?:file:\/\/)?(\/[^\s():]+|[A-Za-z]:\\[^():]+):(\d+):\d+\)?$/,
  /^(?:file:\/\/)?(\/[^\s():]+\.[cm]?[jt]sx?):(\d+)$/,
  // Ruby, Bash, Go, Rust, C compilers: `app.rb:12:in …`, `run.sh: line 12: …`, `main.go:12 +0x1d`, `src/main.rs:3:5`
  /(?<![\w./-])([\w./-]{1,300}\.(?:rb|sh|bash)): ?(?:line )?(\d+)/,
  /(?<![\w./-])([\w./-]{1,300}\.(?:go|rs|c|cc|cpp|h|ts|kt|scala|php|pl)):(\d+)\b/,
  // PHP, Perl: `in /srv/app.php on line 12`, `at app.pl line 12.`
  / (?:in|at) ([\w./-]+)(?: on)? line (\d+)/,
  // Java: `at com.shop.Main.run(Main.java:12)`
  /\(([\w]+\.(?:java|kt|scala)):(\d+)\)$/,
]

/** The place that one line names. Parts of the runtime itself are not a person's source. */
function placeOn(line: string): SourcePlace | undefined {
  for (const pattern of places) {
    const match = pattern.exec(line)
    const number = Number(match?.[2])
    if (match?.[1] && Number.isSafeInteger(number) && !isRuntime(match[1])) return { file: match[1], line: number }
  }
  return undefined
}

const isRuntime = (file: string): boolean => /^node:|\/node_modules\/|\/lib\/python[\d.]*\/|^<|^internal\//.test(file)

/** The place nearest to a line, where a trace stands: below it first (Node, Java), else above it (Python). */
export function placeNear(lines: readonly string[], index: number): SourcePlace | undefined {
  const pythonic = lines.slice(Math.max(0, index - 4), index).findLast((line) => /^\s*File "/.test(line))
  const onLine = placeOn(lines[index] ?? '')
  const below = lines.slice(index + 1, index + 12).map(placeOn)
  const above = lines
    .slice(Math.max(0, index - 8), index)
    .reverse()
    .map(placeOn)
  return (
    placeOn(pythonic ?? '') ??
    onLine ??
    below.find((found) => found !== undefined) ??
    above.find((found) => found !== undefined)
  )
}

const uncaught: readonly RegExp[] = [
  // Node, Python, Java, .NET: `TypeError: x is not a function`, `Exception in thread "main" java.lang.IllegalStateException: no`
  /^(?:Uncaught |Unhandled exception\. |Exception in thread "[^"]*" )?((?:[a-z]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt)(?: \[\w+\])?: .+)$/,
  /^((?:[a-z]\w*\.)*[A-Z]\w*(?:Error|Exception))$/,
  // Go, Rust
  /^(panic: .+)$/,
  /^(fatal error: .+)$/,
  /^thread '[^']*' (panicked at .+)$/,
  /^(?:PHP )?(Fatal error: .+)$/,
  // A plain last word of many programs, with or without a time before it
  /^(?:\S+ ){0,3}\[?((?:fatal|panic|critical)\b[\]:]? .+)$/i,
]

/** The error that ended a program, as far as its last lines show one. */
export function errorIn(lines: readonly string[]): { text: string; place?: string } | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? ''
    for (const pattern of uncaught) {
      const text = pattern.exec(line)?.[1]
      if (text === undefined) continue
      const near = placeNear(lines, index)
      return { text, ...(near && { place: `${baseName(near.file)}:${near.line}` }) }
    }
  }
  return undefined
}
