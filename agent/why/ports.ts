import { clean } from './words.ts'

/** How programs say that a port is taken; the group is the port. Each is linear over a line. */
const taken: readonly RegExp[] = [
  // Node: `listen EADDRINUSE: address already in use :::3000`; also in its `port: 3000` property below.
  /EADDRINUSE\b.{0,120}?[:\s](\d{1,5})(?!\d|\.\d)/i,
  // Go, nginx, Rust, Caddy: the address comes first. `listen tcp :8080: bind: address already in use`
  /:(\d{1,5})\b\D{0,60}(?:\(\d{1,3}: )?\baddress already in use/i,
  // uvicorn: `error while attempting to bind on address ('127.0.0.1', 8000): address already in use`
  /,\s?(\d{1,5})\)\D{0,20}address already in use/i,
  // Python servers, Redis, .NET: the address comes after. `address already in use: ('0.0.0.0', 8000)`
  /address (?:is )?already in use.{0,80}?(?:[:\s,]|port )(\d{1,5})(?!\d|\.\d)/i,
  // uvicorn, gunicorn, PostgreSQL, Java: `port 8080 is already in use`, `Port 5000 is in use by another program`
  /\bport\s+(\d{1,5})\b.{0,40}?\b(?:in use|already used|already bound|already allocated|is taken|occupied|not available)\b/i,
  // `Something is already running on port 3000`
  /\b(?:already|another)\b.{0,60}?\bon port\s+(\d{1,5})\b/i,
  // PostgreSQL: `could not bind IPv4 address "127.0.0.1": Address already in use`, with a hint that names the port
  /postmaster already running on port\s+(\d{1,5})/i,
  // Tomcat, Jetty: `Failed to bind to 0.0.0.0:8080`, `Web server failed to start. Port 8080 was already in use.`
  /failed to bind.{0,60}?:(\d{1,5})\b/i,
  /\bport\s+(\d{1,5})\s+was already in use/i,
  // gunicorn: `Connection in use: ('0.0.0.0', 8000)`
  /connection in use.{0,60}?,\s*(\d{1,5})\)/i,
]

/** Says it without a number on the same line (Python's `OSError: [Errno 98] Address already in use`). */
const unnumbered = /EADDRINUSE|address (?:is )?already in use|BindException/i

/** Node prints the port as a property, others in a line nearby; looked at only beside such an error. */
const nearby = /\b(?:port|listen\w*|bind\w*|http[^ ]*:\/\/[^\s/:]+)\b['"]?\s*[:=(\s]{1,3}['"]?(\d{1,5})\b(?!\.\d)/i

/**
 * The ports that lines say are taken by somebody else, in the order met. Empty when none says so.
 * Where the error names no port, a port that a line close to it names is taken for it.
 */
export function portsIn(lines: readonly string[]): number[] {
  const found = new Set<number>()
  const texts = lines.slice(-200).map((line) => clean(line, 1000))
  for (const text of texts) {
    for (const pattern of taken) {
      const port = Number(pattern.exec(text)?.[1])
      if (isPort(port)) {
        found.add(port)
        break
      }
    }
  }
  if (found.size === 0 && texts.some((text) => unnumbered.test(text))) {
    for (const text of texts) {
      const port = Number(nearby.exec(text)?.[1])
      if (isPort(port)) found.add(port)
    }
  }
  return [...found]
}

/** Whether lines say that some port is taken, even when none is named. */
export function saysPortTaken(lines: readonly string[]): boolean {
  return portsIn(lines).length > 0 || lines.some((line) => unnumbered.test(clean(line, 1000)))
}

/** A number that stands for itself, behind `=`, or behind the `:` of an address. */
const ofCommand = /(?:^|[\s=:])(\d{2,5})(?=$|[\s/])/g

/**
 * The ports that may be the one that is taken, likeliest first: those that lines name, else, where they say it without
 * a number, those that the service declares and those in its command line. Empty when no line speaks of it.
 */
export function takenPorts(
  lines: readonly string[],
  { declared, commandLine }: { declared: readonly number[]; commandLine: string },
): number[] {
  const named = portsIn(lines)
  if (named.length > 0 || !saysPortTaken(lines)) return named
  const inCommand = [...clean(commandLine, 1000).matchAll(ofCommand)].map(([, digits]) => Number(digits))
  return [...new Set([...declared, ...inCommand])].filter(isPort).slice(0, 8)
}

const refused: readonly RegExp[] = [
  // Node, Go, curl: `connect ECONNREFUSED 127.0.0.1:5432`, `dial tcp 127.0.0.1:5432: connect: connection refused`
  /ECONNREFUSED\s+\[?([\w.:-]{1,200})\]?:(\d{1,5})\b/i,
  /(?<![\w.-])([\w.-]{1,200}|\[[\da-f:]{2,45}\]):(\d{1,5})\b.{0,40}?connection refused/i,
  // psycopg, libpq: `connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused`
  /server at "([^"]+)".{0,40}?port (\d{1,5}) failed: connection refused/i,
  // redis-py, requests: `Error 111 connecting to localhost:6379. Connection refused.`
  /connecting to ([\w.-]{1,200}):(\d{1,5})\b/i,
  /host='([^']+)', port=(\d{1,5})\b.{0,200}?connection refused/i,
  /failed to connect to ([\w.-]{1,200}) port (\d{1,5})\b/i,
  /connection refused.{0,40}?\b([\w.-]{1,200}):(\d{1,5})\b/i,
  /can't connect to (?:mysql )?server on '([\w.-]+):(\d{1,5})'/i,
]

/** Addresses that lines say nobody answers at, newest first. */
export function refusedIn(lines: readonly string[]): { host: string; port: number }[] {
  const found = new Map<string, { host: string; port: number }>()
  for (const line of lines.slice(-200).reverse()) {
    const text = clean(line, 1000)
    const match = refused.map((pattern) => pattern.exec(text)).find((result) => result !== null)
    const port = Number(match?.[2])
    if (match?.[1] && isPort(port) && !sourceFile.test(match[1]))
      found.set(`${match[1]}:${port}`, { host: match[1].replace(/^\[|\]$/g, ''), port })
  }
  return [...found.values()]
}

/** `bio_sock2.c:117` is a place in a source, not an address. */
const sourceFile = /\.(?:c|cc|cpp|h|go|rs|py|[cm]?[jt]s|java|rb|php)$/

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535
