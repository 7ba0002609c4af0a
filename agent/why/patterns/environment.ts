import { openFile } from '../fixes.ts'
import { first, type LineContext, type Pattern, says, type Told } from './pattern.ts'

/** Environment variables, locale, logins: what the service was to be given. */

function unset(groups: RegExpExecArray, { facts }: LineContext): Told | undefined {
  const name = first(groups)
  if (!/^[A-Z][A-Z\d_]{2,}$/.test(name)) return undefined
  return {
    sentence: `The environment variable ${name} is not set`,
    subject: name,
    fact: 'is an environment variable that it needs and that is not set',
    fixes: [openFile(facts.range)],
  }
}

/** Python's KeyError names the key; only beside `os.environ` is that a variable. */
function unsetInPython(groups: RegExpExecArray, context: LineContext): Told | undefined {
  const around = context.lines.slice(Math.max(0, context.index - 6), context.index)
  return around.some((line) => /\benviron\b|\bgetenv\b/.test(line)) ? unset(groups, context) : undefined
}

const login = (who: string, where: string): Told => ({
  sentence: `${where} refuses the login${who ? ` of ${who}` : ''}`,
  subject: where,
  fact: `refuses the login${who ? ` of ${who}` : ''}`,
})

export const environmentPatterns: readonly Pattern[] = [
  {
    id: 'env-required',
    match:
      /(?:missing|required|undefined|unset|no) (?:required )?(?:environment|env)(?:ironment)? ?(?:variable|var)s?(?: is missing| missing)?[:\s]+["'`]?([A-Z][A-Z\d_]{2,})/i,
    tell: unset,
  },
  {
    id: 'env-named',
    match:
      /\b(?:environment|env) ?(?:variable|var)?s? ["'`$]{0,2}([A-Z][A-Z\d_]{2,})["'`]? (?:is |was |must be |has to be )?(?:not (?:set|defined|found|present|provided)|missing|required|undefined|unset|empty|set)/i,
    tell: unset,
  },
  {
    id: 'env-not-set',
    match:
      /\$?\b([A-Z][A-Z\d]*_[A-Z\d_]+)["'`]? (?:(?:environment |env )?(?:variable|var) )?(?:is |was |must be |has to be )?(?:not (?:set|defined|provided)|missing|required|undefined|unset|empty|set)\b/,
    tell: unset,
  },
  {
    id: 'env-shell',
    match: /\b([A-Z][A-Z\d_]{2,}): (?:unbound variable|parameter (?:not set|null or not set))/,
    tell: unset,
  },
  { id: 'env-python', match: /^KeyError: '([A-Z][A-Z\d_]{2,})'/, tell: unsetInPython },
  says('postgres-first', /superuser password is not specified/, () => ({
    sentence: 'The environment variable POSTGRES_PASSWORD is not set',
    subject: 'POSTGRES_PASSWORD',
    fact: 'is an environment variable that it needs and that is not set',
  })),
  says('postgres-login', /password authentication failed for user "?([^"\s]{1,80})/, (user) =>
    login(user, 'The database'),
  ),
  says('mysql-login', /Access denied for user '([^']{1,80})'/, (user) => login(user, 'The database')),
  says(
    'database-login',
    /(?:no pg_hba\.conf entry for host|(?:Mongo|SASL|SCRAM)\w*.{0,40}Authentication failed|role "([^"]{1,80})" does not exist|Login failed for user '([^']{1,80})')/i,
    (user) => login(user, 'The database'),
  ),
  says('redis-login', /\b(?:WRONGPASS|NOAUTH)\b/, () => login('', 'Redis')),
  says('database-unknown', /(?:database "([^"]{1,80})" does not exist|Unknown database '([^']{1,80})')/, (name) => ({
    sentence: `The database ${name} does not exist`,
    subject: name,
    fact: 'is a database that does not exist',
  })),
  says('http-login', /\b(?:401 Unauthorized|403 Forbidden|invalid (?:api[ _-]?key|credentials|token))\b/i, () => ({
    sentence: 'A server that it calls refuses its login',
    fact: 'was refused by a server that it calls',
  })),
  says(
    'locale',
    /unsupported locale setting|cannot change locale \(?([\w.@-]{1,40})|Setting locale failed/,
    (locale) => ({
      sentence: `The locale${locale ? ` ${locale}` : ''} that its environment names is not installed`,
      subject: locale || 'locale',
      fact: 'is not installed on this system',
    }),
  ),
  says(
    'running-already',
    /(?:lock file "?([^"\s]{1,200})"? already exists|another (?:instance|process|server) .{0,60}(?:already|is) running|pid ?file.{0,80}(?:already exists|still running)|database is locked)/i,
    (file) => ({
      sentence: `Another copy of it seems to run already${file ? ` (${file} is there)` : ''}`,
      ...(file && { subject: file }),
      fact: file ? 'is there, left by another copy or by a crash' : 'says that another copy runs already',
    }),
  ),
]
