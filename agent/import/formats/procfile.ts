import { commandLine, compact, portsIn } from '../text.ts'
import { ImportError, type ImportedService, type Note, type Reader } from '../types.ts'

const processLine = /^([A-Za-z0-9_.-]+):\s*(.+)$/
/** Lines that Heroku and its kin run once, before a release. */
const once = new Set(['release', 'postdeploy'])

/** `name: command` a line, each run by a shell; the variables of `.env` are there, as foreman and its kin have it. */
export const readProcfile: Reader = (text, { folder, file }) => {
  const services: ImportedService[] = []
  const notes: Note[] = []
  const hasEnv = folder.read('.env') !== undefined
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, name = '', command = ''] = processLine.exec(line) ?? []
    if (name === '') {
      notes.push({ what: file, line: index + 1, why: 'This line has no "name: command".' })
      continue
    }
    if (/\$\{?PORT\b/.test(command)) {
      notes.push({
        what: name,
        line: index + 1,
        why: 'It takes its port from PORT, which no line here sets.',
        suggestion: `Give it ports = [5000], which sets PORT${hasEnv ? ', unless .env has it' : ''}.`,
      })
    }
    if (once.has(name)) {
      notes.push({
        what: name,
        line: index + 1,
        why: 'It runs once, before a release, so it is a task that waits to be started.',
      })
    }
    services.push({
      name,
      values: compact({
        ...commandLine(command),
        working_dir: folder.path,
        env_file: hasEnv ? `${folder.path}/.env` : undefined,
        type: once.has(name) ? 'task' : undefined,
        autostart: once.has(name) ? false : undefined,
        ports: portsIn(command),
      }),
    })
  }
  if (services.length === 0 && notes.length > 0) throw new ImportError('No line has the form "name: command".', 1)
  return { services, notes }
}
