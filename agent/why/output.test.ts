import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import type { ServiceFacts } from './facts.ts'
import { endedOnceWith, exitWith, factsWith, gaveUpWith, graph, rangeAt, startMs } from './fixtures/facts.ts'

const ended = '; exited with code 1 after 0.3 s'

function whyOf(lines: string | string[], patch: Partial<ServiceFacts> = {}, ...others: ServiceFacts[]) {
  const facts = endedOnceWith({ lastLines: [lines].flat(), ...patch })
  return explain('web', graph(facts, ...others), startMs)
}

describe('what the last lines tell', () => {
  it.each<[string, string | string[]]>([
    // Programs, modules and versions
    ['The module express is not installed', "Error: Cannot find module 'express'"],
    [
      'The module @scope/pkg is not installed',
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@scope/pkg' imported from /srv/web/server.js",
    ],
    [
      'The file /srv/web/server.js does not exist',
      ["Error: Cannot find module '/srv/web/server.js'", "  code: 'MODULE_NOT_FOUND',"],
    ],
    ['The Python module flask is not installed', "ModuleNotFoundError: No module named 'flask'"],
    [
      "Python cannot import what it needs: cannot import name 'x' from 'y' (/srv/y.py)",
      "ImportError: cannot import name 'x' from 'y' (/srv/y.py)",
    ],
    ['The Java class com.shop.Main cannot be found', 'Error: Could not find or load main class com.shop.Main'],
    ['The Java class com.shop.Driver cannot be found', 'java.lang.ClassNotFoundException: com.shop.Driver'],
    ['The file app.jar does not exist', 'Error: Unable to access jarfile app.jar'],
    [
      'It needs Java 21, and this is Java 17',
      'java.lang.UnsupportedClassVersionError: Main has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0',
    ],
    ['JAVA_HOME is not set to a Java that exists', 'ERROR: JAVA_HOME is not set and no java command could be found'],
    [
      'The Ruby library sinatra is not installed',
      "app.rb:1:in `require': cannot load such file -- sinatra (LoadError)",
    ],
    ['The gem rack-3.0.8 is not installed', 'Could not find rack-3.0.8 in any of the sources'],
    [
      'The Perl module Mojo/Base.pm is not installed',
      "Can't locate Mojo/Base.pm in @INC (you may need to install the Mojo::Base module)",
    ],
    [
      'The shared library libpq.so.5 is not installed',
      './app: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory',
    ],
    [
      'It needs GLIBC 2.38, which this system does not have: it was built for a newer one',
      "./app: /lib/libc.so.6: version `GLIBC_2.38' not found (required by ./app)",
    ],
    ['package.json has no script named dev', 'npm error Missing script: "dev"'],
    [
      'There is no package.json in /srv/web',
      "npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/srv/web/package.json'",
    ],
    ['Command not found: foo', 'sh: 1: foo: not found'],
    ['Command not found: foo', '/bin/bash: line 1: foo: command not found'],
    ['Command not found: nodee', '/usr/bin/env: ‘nodee’: No such file or directory'],
    ['It needs another version of Node', 'npm warn EBADENGINE Unsupported engine {'],
    ['It needs another version of Node: 20', 'Error: this tool requires Node.js version 20'],
    ['It does not know the option --foo', 'node: bad option: --foo'],
    ['It does not know the option --prot', 'server.py: error: unrecognized arguments: --prot 80'],
    [
      'The Docker daemon does not run',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    ],
    ['It wants a terminal, which a service does not have', 'the input device is not a TTY'],
    ['app is not a program for this machine', 'sh: 1: ./app: Exec format error'],
    ['There is no rule nope in its Makefile', "make: *** No rule to make target 'nope'.  Stop."],
    // Memory, disk and limits
    [
      'It ran out of heap memory (V8’s own limit)',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    ],
    [
      'It ran out of memory of the Java virtual machine (Java heap space)',
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    ],
    ['It ran out of memory', 'MemoryError'],
    [
      'It ran out of the 134217728 bytes of memory that PHP allows it',
      'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)',
    ],
    ['The disk is full', 'Error: ENOSPC: no space left on device, write'],
    ['The disk is full', 'OSError: [Errno 28] No space left on device'],
    [
      'The system’s limit of watched files is reached',
      "Error: ENOSPC: System limit for number of file watchers reached, watch '/srv'",
    ],
    ['The file system is read-only', "OSError: [Errno 30] Read-only file system: '/x'"],
    ['It has too many files or connections open', 'Error: EMFILE: too many open files, open'],
    ['It may not start any more processes or threads', "RuntimeError: can't start new thread"],
    ['A program of it crashed: it reached for memory that is not its own', 'Segmentation fault (core dumped)'],
    // Environment and logins
    ['The environment variable DATABASE_URL is not set', 'Error: Missing required environment variable: DATABASE_URL'],
    ['The environment variable API_KEY is not set', 'panic: environment variable API_KEY is not set'],
    ['The environment variable STRIPE_KEY is not set', 'STRIPE_KEY must be set'],
    ['The environment variable STRIPE_KEY is not set', 'run.sh: line 3: STRIPE_KEY: unbound variable'],
    ['The environment variable DB_URL is not set', 'run.sh: 3: DB_URL: parameter not set'],
    [
      'The environment variable DB_URL is not set',
      ['    url = os.environ["DB_URL"]', '          ~~~~~~~~~~^^^^^^^^^^', "KeyError: 'DB_URL'"],
    ],
    [
      'The environment variable POSTGRES_PASSWORD is not set',
      'Error: Database is uninitialized and superuser password is not specified.',
    ],
    ['The database refuses the login of app', 'FATAL:  password authentication failed for user "app"'],
    [
      'The database refuses the login of app',
      "ERROR 1045 (28000): Access denied for user 'app'@'localhost' (using password: YES)",
    ],
    ['Redis refuses the login', 'NOAUTH Authentication required.'],
    ['The database shop does not exist', 'FATAL:  database "shop" does not exist'],
    ['The locale that its environment names is not installed', 'locale.Error: unsupported locale setting'],
    [
      'Another copy of it seems to run already (postmaster.pid is there)',
      'FATAL:  lock file "postmaster.pid" already exists',
    ],
    // Network
    ['A certificate has expired', 'Error: certificate has expired'],
    ['A certificate is self-signed and so not trusted', 'Error: self-signed certificate in certificate chain'],
    [
      'A certificate is for another host name',
      "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames",
    ],
    ['A certificate is signed by nobody whom this system trusts', 'x509: certificate signed by unknown authority'],
    [
      'Port 80 needs rights that it does not have: ports below 1024 are kept for root',
      'Error: listen EACCES: permission denied 0.0.0.0:80',
    ],
    [
      'Port 443 needs rights that it does not have: ports below 1024 are kept for root',
      'listen tcp :443: bind: permission denied',
    ],
    ['The host name db.local is not known', 'Error: getaddrinfo ENOTFOUND db.local'],
    ['The host name db is not known', 'could not translate host name "db" to address: Name or service not known'],
    ['The host name db is not known', 'dial tcp: lookup db on 127.0.0.53:53: no such host'],
    ['Nobody answers at 127.0.0.1:5432', 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
    [
      'Nobody answers at localhost:6379',
      'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
    ],
    [
      'Nobody answers at /var/run/postgresql/.s.PGSQL.5432',
      'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory',
    ],
    ['Nobody answers at /tmp/app.sock', 'Error: connect ENOENT /tmp/app.sock'],
    [
      'Nobody answers where it connects to',
      '0080:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:117:calling connect()',
    ],
    ['10.0.0.4:5432 did not answer in time', 'Error: connect ETIMEDOUT 10.0.0.4:5432'],
    // Files
    ['The file /etc/app.conf does not exist', "Error: ENOENT: no such file or directory, open '/etc/app.conf'"],
    [
      'The file data.json does not exist in /srv/web',
      "FileNotFoundError: [Errno 2] No such file or directory: 'data.json'",
    ],
    [
      'The file /srv/app.py does not exist',
      "python3: can't open file '/srv/app.py': [Errno 2] No such file or directory",
    ],
    ['The file /srv/x does not exist', 'cat: /srv/x: No such file or directory'],
    ['The file /srv/x does not exist', 'open /srv/x: no such file or directory'],
    ['Its user may not use /etc/shadow', "Error: EACCES: permission denied, open '/etc/shadow'"],
    ['Its user may not use /etc/shadow', "PermissionError: [Errno 13] Permission denied: '/etc/shadow'"],
    ['Its user may not use /etc/shadow', 'cat: /etc/shadow: Permission denied'],
    ['Its user may not use /srv/run.sh', '/bin/sh: 0: cannot open /srv/run.sh: Permission denied'],
    ['Its user may not use /srv/run.sh', 'setpriv: failed to execute /srv/run.sh: Permission denied'],
    ['It starts ffmpeg, which does not exist', 'Error: spawn ffmpeg ENOENT'],
    ['The directory /nope does not exist', "sh: 1: cd: can't cd to /nope"],
    // Sources
    [
      "Syntax error: syntax error near unexpected token `then'",
      "bash: -c: line 1: syntax error near unexpected token `then'",
    ],
    [
      "Syntax error in server.js:3: Unexpected token '}'",
      [
        '/srv/web/server.js:3',
        '}',
        '^',
        '',
        "SyntaxError: Unexpected token '}'",
        '    at wrapSafe (node:internal/modules/cjs/loader:1378:20)',
      ],
    ],
    [
      'Syntax error in app.py:7: invalid syntax',
      ['  File "/srv/web/app.py", line 7', '    def', '       ^', 'SyntaxError: invalid syntax'],
    ],
    [
      'Text that is not valid JSON: Unexpected token \'}\', "}" is not valid JSON',
      'SyntaxError: Unexpected token \'}\', "}" is not valid JSON',
    ],
    [
      "Syntax error in run.sh:4: syntax error near unexpected token `fi'",
      "./run.sh: line 4: syntax error near unexpected token `fi'",
    ],
    [
      'A mistake in nginx.conf:12: unknown directive "lisen"',
      'nginx: [emerg] unknown directive "lisen" in /etc/nginx/nginx.conf:12',
    ],
    [
      'Syntax error in index.php:9: syntax error, unexpected token "}"',
      'PHP Parse error:  syntax error, unexpected token "}" in /srv/index.php on line 9',
    ],
  ])('is: %s', (sentence, lines) => {
    expect(whyOf(lines)?.sentence).toBe(sentence + ended)
  })

  it('is told before how often and what follows', () => {
    const why = explain('web', graph(gaveUpWith({ lastLines: ["Error: Cannot find module 'express'"] })), startMs)
    expect(why?.sentence).toBe(
      'The module express is not installed; exited with code 1 after 0.3 s, 5 times in 60 s, gave up',
    )
    expect(why?.chain.map(({ subject, fact }) => `${subject}: ${fact}`)).toEqual([
      'express: is a module that cannot be found',
      'web: exited with code 1 after 0.3 s, 5 times in 60 s',
      'web: gave up: 4 restarts in 60 s are allowed',
    ])
    expect(why?.fixes.map(({ action }) => action.kind)).toEqual(['run-command', 'service', 'open-logs', 'open-file'])
    expect(why?.fixes[0]?.action).toEqual({ kind: 'run-command', command: 'cd /srv/web && npm install' })
  })

  it('is left aside when a signal from outside ended it', () => {
    const exit = exitWith({ code: null, signal: 'SIGTERM' })
    expect(whyOf('connect ECONNREFUSED 127.0.0.1:5432', { exit })?.sentence).toBe(
      'Ended by SIGTERM (asked to end) after 0.3 s',
    )
  })

  it('is nothing where the lines say nothing known', () => {
    expect(whyOf(['ready', "KeyError: 'NAME'", 'port 80 is nice'])?.sentence).toBe('Exited with code 1 after 0.3 s')
  })

  it('names our service behind a port that refuses', () => {
    const database = factsWith({ name: 'database', state: 'stopped', desired: 'down' })
    const refused = { host: '127.0.0.1', port: 5432, service: 'database' }
    const why = whyOf('Error: connect ECONNREFUSED 127.0.0.1:5432', { refused }, database)
    expect(why?.sentence).toBe(`Nobody answers at 127.0.0.1:5432, the port of database, which is stopped${ended}`)
    expect(why?.fixes[0]).toEqual({
      label: 'Start database',
      action: { kind: 'service', verb: 'start', service: 'database' },
    })
    expect(why?.chain.map(({ subject }) => subject)).toEqual(['database', '127.0.0.1:5432', 'web', 'web'])
  })

  it('tells that a host name is a service here', () => {
    const why = whyOf('getaddrinfo ENOTFOUND database', {}, factsWith({ name: 'database' }))
    expect(why?.sentence).toBe(
      `The host name database is not known; it is a service here, reached at localhost${ended}`,
    )
  })

  it('opens the source at the line of a syntax error', () => {
    const why = whyOf(['/srv/web/server.js:3', '}', '^', "SyntaxError: Unexpected token '}'"])
    expect(why?.fixes[0]).toEqual({
      label: 'Open server.js:3',
      action: { kind: 'open-file', file: '/srv/web/server.js', line: 3, column: 1 },
    })
  })

  it('offers a free port in place of one that is kept for root', () => {
    const port = { port: 80, freePort: 8080, range: rangeAt(15) }
    const why = whyOf('Error: listen EACCES: permission denied 0.0.0.0:80', { port })
    expect(why?.fixes[0]?.label).toBe('Use port 8080')
  })

  it('shows lines without their colours and control characters', () => {
    const why = whyOf(['\u001b[31mred\u001b[0m', '', '\u001b]0;title\u0007bell\u0007', 'a\u202eb'])
    expect(why?.lastLines).toEqual(['red', 'bell', 'ab'])
  })
})
