import { type Cause, cause, type Fix, type Link } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { copyCommand, openFile, showLogs, startAgain } from '../fixes.ts'
import { consequence, startLinks } from '../outcome.ts'
import { baseName, capital, clean, list, lower, shellQuote } from '../words.ts'

type StartError = NonNullable<ServiceFacts['startError']>
type What = StartError['what']

/** `0644` as `ls` would show it: `rw-r--r--`. */
function modeWords(mode: number): string {
  const letters = ['r', 'w', 'x']
  return Array.from({ length: 9 }, (_, index) => ((mode >> (8 - index)) & 1 ? letters[index % 3] : '-')).join('')
}

const path = (error: StartError): string => clean(error.subject, 200) || 'the program'

/** `(did you mean node?)`; for files beside it their names as they would be written. */
function suggestion({ similar }: StartError): string {
  if (!similar || similar.length === 0) return ''
  return ` (did you mean ${list(
    similar.slice(0, 3).map((name) => clean(name, 80)),
    4,
  ).replace(' and ', ' or ')}?)`
}

function looksLikeShell(facts: ServiceFacts): boolean {
  return /[|<>;&]|\$\(|\$\w|^\w+=/.test(facts.commandLine)
}

interface Words {
  sentence(error: StartError, facts: ServiceFacts): string
  /** What is said of the subject in the chain. */
  fact(error: StartError, facts: ServiceFacts): string
  fixes?(error: StartError, facts: ServiceFacts): Fix[]
}

const makeExecutable = (error: StartError): Fix[] =>
  error.file && !(error.file.mode & 0o111)
    ? [copyCommand('Copy the command that makes it executable', `chmod +x ${shellQuote(error.subject)}`)]
    : []

function refusedTo(error: StartError, facts: ServiceFacts): string {
  const user = facts.user ? clean(facts.user, 40) : 'the agent’s user'
  if (!error.file) return `may not be run by ${user}`
  const { mode, owner } = error.file
  const shown = `mode ${(mode & 0o7777).toString(8).padStart(4, '0')} ${modeWords(mode)}, owner ${clean(owner, 40)}`
  return mode & 0o111 ? `may not be run by ${user} (${shown})` : `is not executable (${shown})`
}

const message = (error: StartError): string =>
  [clean(error.message, 300), clean(error.code, 40)].find((text) => text.trim() !== '') ?? 'the system gave no reason'

/** What is said of the subject: the message without the subject that it begins with. */
function aboutIt(error: StartError): string {
  const said = message(error)
  return error.subject !== '' && said.startsWith(`${error.subject} `) ? said.slice(error.subject.length + 1) : said
}

/** The message of the system, where it says what it is about. */
function aboutSubject(error: StartError): string | undefined {
  const about = error.subject !== '' && error.message.includes(error.subject)
  return about ? `${capital(message(error))}${suggestion(error)}` : undefined
}

/** Not of a folder that may not be entered, and not of a user that the agent may not become. */
const isOfFile = ({ code, message, subject }: StartError): boolean =>
  code !== 'EPERM' && !/\b(?:directory|user|group)\b/.test(subject === '' ? message : message.replaceAll(subject, ''))

const words: Record<What, Words> = {
  program: {
    sentence: (error) =>
      error.subject.includes('/')
        ? `The program ${path(error)} does not exist${suggestion(error)}`
        : `Command not found: ${path(error)}${suggestion(error)}`,
    fact: (error) =>
      error.subject.includes('/') ? 'does not exist' : `is not in any folder of PATH${suggestion(error)}`,
  },
  directory: {
    sentence: (error) =>
      error.code === 'ENOTDIR'
        ? `The working directory ${path(error)} is not a directory`
        : error.code === 'EACCES'
          ? `The working directory ${path(error)} may not be entered`
          : `The working directory ${path(error)} does not exist${suggestion(error)}`,
    fact: (error) =>
      error.code === 'ENOTDIR' ? 'is a file' : error.code === 'EACCES' ? 'may not be entered' : 'does not exist',
    fixes: (error) =>
      error.code === 'ENOENT' && error.subject
        ? [copyCommand('Copy the command that makes it', `mkdir -p ${shellQuote(error.subject)}`)]
        : [],
  },
  interpreter: {
    // The system's own words know of DOS line ends and of a `#!` that names nothing.
    sentence: (error) =>
      aboutSubject(error) ??
      `${error.scriptOf ? clean(error.scriptOf, 200) : 'The script'} needs the interpreter ${path(error)} (its “#!” line), which does not exist${suggestion(error)}`,
    fact: (error) =>
      error.message && !error.message.includes('in the first line of')
        ? `${lower(aboutIt(error))}${suggestion(error)}`
        : `does not exist${error.scriptOf ? `: the “#!” line of ${baseName(clean(error.scriptOf, 200))} names it` : ''}${suggestion(error)}`,
  },
  permission: {
    sentence: (error, facts) =>
      isOfFile(error) ? `${path(error)} ${refusedTo(error, facts)}` : capital(message(error)),
    fact: (error, facts) => (isOfFile(error) ? refusedTo(error, facts) : aboutIt(error)),
    fixes: makeExecutable,
  },
  format: {
    sentence: (error) =>
      aboutSubject(error) ?? `${path(error)} is neither a program for this machine nor a script with a “#!” line`,
    fact: (error) => (error.message ? aboutIt(error) : 'is not a program that this machine can run'),
  },
  arguments: {
    sentence: (error) => capital(message(error)),
    fact: aboutIt,
  },
  user: {
    sentence: (error) => aboutAccount('user', error),
    fact: aboutIt,
  },
  group: {
    sentence: (error) => aboutAccount('group', error),
    fact: aboutIt,
  },
  resources: {
    sentence: (error) => shortage(error.code),
    fact: (error) => lower(shortage(error.code)),
  },
  environment: {
    sentence: (error) => capital(message(error)),
    fact: aboutIt,
  },
  port: {
    sentence: (error) => capital(message(error)),
    fact: aboutIt,
  },
  hook: {
    sentence: (error) => capital(message(error)),
    fact: aboutIt,
  },
  log: {
    sentence: (error) => `Its log cannot be written: ${lower(message(error))}`,
    fact: (error) => `cannot be written: ${lower(message(error))}`,
  },
  other: {
    sentence: (error) => `It could not be started: ${lower(message(error))}`,
    fact: aboutIt,
  },
}

function aboutAccount(kind: 'user' | 'group', error: StartError): string {
  return aboutSubject(error) ?? `The ${kind} ${path(error)}: ${lower(message(error))}`
}

function shortage(code: string): string {
  switch (code) {
    case 'EAGAIN':
      return 'The system has no room for another process (the limit of processes is reached)'
    case 'ENOMEM':
      return 'The system has no memory left for another process'
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open to start another process'
    case 'ETXTBSY':
      return 'The program is being written to at this moment'
    default:
      return `The system has no room for another process (${clean(code, 20) || 'no reason given'})`
  }
}

export const startCauses: readonly Cause[] = [
  cause<StartError>({
    id: 'start-error',
    when: ({ facts }) => facts.startError,
    sentence: (error, { facts }) => words[error.what].sentence(error, facts) + consequence(facts),
    chain(error, { facts }) {
      const { what } = error
      const subject = what === 'log' ? 'log' : what === 'resources' ? 'this machine' : path(error)
      const links: Link[] = [{ subject, fact: words[what].fact(error, facts) }]
      if (what === 'program' && looksLikeShell(facts)) {
        links.push({
          subject: 'command',
          fact: 'uses signs that only a shell understands, and runs without one unless “shell = true” is set',
        })
      }
      links.push({
        subject: clean(facts.name, 80),
        fact: `could not run: ${clean(facts.commandLine, 200) || 'its command'}`,
      })
      return [...links, ...startLinks(facts)]
    },
    fixes(error, { facts }) {
      const own = words[error.what].fixes?.(error, facts) ?? []
      const again = startAgain(facts)
      const file = openFile(error.range ?? facts.range)
      return error.retryable
        ? [again, file]
        : [...own, file, again, ...(error.what === 'hook' ? [showLogs(facts.name)] : [])]
    },
  }),
]
