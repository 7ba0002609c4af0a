import type { FixAction, Service } from '../../contract/index.ts'
import { has, type World } from './world.ts'

/** One injected fault and what has to be said of it. */
export interface Fault {
  /** The service's name, and the name of the fault. */
  name: string
  /** What stands inside its block. */
  hcl: (world: World) => string
  /** Blocks that it needs beside its own. */
  beside?: (world: World) => string
  /** What is asked of the agent to bring it about. */
  ask?: readonly string[]
  state: Service['state'] | readonly Service['state'][]
  sentence: RegExp | ((world: World) => RegExp)
  /** The subject of the chain's first link: the cause. */
  cause: RegExp
  /** The kind of the first fix, and its label. */
  fix: FixAction['kind']
  label?: RegExp
  /** Something of the last lines that has to be shown. */
  line?: RegExp
  /** Why it cannot be had on this machine. */
  skip?: string | false
}

const rootOnly = process.getuid?.() === 0 ? false : 'needs root'
const needs = (program: string): string | false => (has(program) ? false : `needs ${program}`)
const run = (command: string) => (): string => `command = ${JSON.stringify(command)}`
const fixture =
  (command: string) =>
  (world: World): string =>
    `command = ${JSON.stringify(command)}\nworking_dir = ${JSON.stringify(world.fixtures)}`
const made =
  (command: string) =>
  (world: World): string =>
    `command = ${JSON.stringify(command)}\nworking_dir = ${JSON.stringify(world.made)}`
const also =
  (first: (world: World) => string, more: string) =>
  (world: World): string =>
    `${first(world)}\n${more}`
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const once = 'restart {\n policy = "never"\n}'
const twice = 'restart {\n max_retries = 2\n delay = "20ms"\n}'
const ended = 'exited with code \\d+.*? after [\\d.]+ s'
const told = (words: string): RegExp => new RegExp(`^${words}; ${ended}`)

const exits: readonly Fault[] = [
  {
    name: 'exits-again-and-again',
    hcl: also(run('node -e "console.log(\'lost my way\'); process.exit(1)"'), twice),
    state: 'failed',
    sentence: /^Exited with code 1 after [\d.]+ s, 3 times in [\d.]+ s, gave up$/,
    cause: /^exits-again-and-again$/,
    fix: 'service',
    label: /^Start again$/,
    line: /lost my way/,
  },
  {
    name: 'exits-once',
    hcl: also(run('sh -c "exit 2"'), once),
    state: 'failed',
    sentence: /^Exited with code 2 after [\d.]+ s$/,
    cause: /^exits-once$/,
    fix: 'service',
  },
  {
    name: 'exits-with-sysexit',
    hcl: also(run('sh -c "exit 78"'), once),
    state: 'failed',
    sentence: /^Exited with code 78 \(a mistake in its configuration\) after [\d.]+ s$/,
    cause: /^exits-with-sysexit$/,
    fix: 'service',
  },
  {
    name: 'never-settles',
    hcl: also(run('node --input-type=module -e "await new Promise(() => {})"'), once),
    state: 'failed',
    sentence: /^Exited with code 13 \(an await at the top level that never came to an end\) after [\d.]+ s$/,
    cause: /./,
    fix: 'service',
  },
  {
    name: 'segfault',
    hcl: also(run('sh -c "kill -SEGV $$"'), once),
    state: 'failed',
    sentence: /^Ended by SIGSEGV \(reached for memory that is not its own\) after [\d.]+ s$/,
    cause: /^segfault$/,
    fix: 'service',
  },
  {
    name: 'killed',
    hcl: also(run('sh -c "kill -KILL $$"'), once),
    state: 'failed',
    sentence: /^Ended by SIGKILL \(killed by force/,
    cause: /^killed$/,
    fix: 'service',
  },
  {
    name: 'aborts',
    hcl: also(run('node -e "process.abort()"'), once),
    state: 'failed',
    sentence: /^Ended by SIGABRT \(gave up by itself after an internal error\) after [\d.]+ s$/,
    cause: /./,
    fix: 'service',
  },
  {
    name: 'goes-to-background',
    hcl: also(run('true'), 'restart {\n policy = "always"\n max_retries = 1\n delay = "20ms"\n}'),
    state: 'failed',
    sentence: /^Exited with code 0 after [\d.]+ s, 2 times in [\d.]+ s, gave up$/,
    cause: /^true$/,
    fix: 'service',
  },
  {
    name: 'pauses',
    hcl: also(run('sh -c "exit 1"'), 'restart {\n delay = "40s"\n jitter = 0\n}'),
    state: 'backoff',
    sentence: /^Exited with code 1 after [\d.]+ s, starts again after a pause of 40 s$/,
    cause: /^pauses$/,
    fix: 'service',
    label: /^Start now$/,
  },
  {
    name: 'throws',
    hcl: also(fixture('node throws.mjs'), once),
    state: 'failed',
    sentence: /^Exited with code 1 after [\d.]+ s$/,
    cause: /^throws\.mjs:5$/,
    fix: 'service',
    line: /TypeError/,
  },
]

const starts: readonly Fault[] = [
  {
    name: 'command-not-found',
    hcl: run('nodee server.js'),
    state: 'failed',
    sentence: /^Command not found: nodee \(did you mean node\b.*\?\)$/,
    cause: /^nodee$/,
    fix: 'open-file',
    label: /^Open faults\.hcl:\d+$/,
  },
  {
    name: 'program-missing',
    hcl: made('./sevrer.sh'),
    state: 'failed',
    sentence: /^The program \/.*\/sevrer\.sh does not exist \(did you mean .*\/server\.sh\?\)$/,
    cause: /sevrer\.sh$/,
    fix: 'open-file',
  },
  {
    name: 'directory-missing',
    hcl: (world) => `command = "true"\nworking_dir = ${JSON.stringify(`${world.made}/apq`)}`,
    state: 'failed',
    sentence: /^The working directory \/.*\/apq does not exist \(did you mean \/.*\/app\?\)$/,
    cause: /\/apq$/,
    fix: 'run-command',
  },
  {
    name: 'directory-is-file',
    hcl: (world) => `command = "true"\nworking_dir = ${JSON.stringify(`${world.made}/package.json`)}`,
    state: 'failed',
    sentence: /^The working directory \/.*\/package\.json is not a directory$/,
    cause: /package\.json$/,
    fix: 'open-file',
  },
  {
    name: 'interpreter-missing',
    hcl: made('./no-interpreter.sh'),
    state: 'failed',
    sentence:
      /interpreter \/opt\/no\/such\/bush.*no-interpreter\.sh.*does not exist|no-interpreter\.sh needs the interpreter/,
    cause: /^\/opt\/no\/such\/bush$/,
    fix: 'open-file',
  },
  {
    name: 'dos-line-ends',
    hcl: made('./dos.sh'),
    state: 'failed',
    sentence: /dos\.sh has DOS line ends/,
    cause: /sh/,
    fix: 'open-file',
  },
  {
    name: 'not-executable',
    hcl: made('./no-x.sh'),
    state: 'failed',
    sentence: /no-x\.sh is not executable \(mode 0644 rw-r--r--, owner \w+\)$/,
    cause: /no-x\.sh$/,
    fix: 'run-command',
  },
  {
    name: 'program-is-directory',
    hcl: made('./app'),
    state: 'failed',
    sentence: /\/app is a directory, not a program$/,
    cause: /\/app$/,
    fix: 'open-file',
  },
  {
    name: 'foreign-processor',
    hcl: made('./foreign'),
    state: 'failed',
    sentence: /foreign is built for ARM64/,
    cause: /foreign$/,
    fix: 'open-file',
  },
  {
    name: 'foreign-system',
    hcl: made('./app.exe'),
    state: 'failed',
    sentence: /app\.exe is built for Windows, which this machine cannot run$/,
    cause: /app\.exe$/,
    fix: 'open-file',
  },
  {
    name: 'value-too-long',
    hcl: (world) =>
      `command = "true"\nenvironment = {\n WHY_DATA = ${JSON.stringify(`file:${world.made}/long.txt`)}\n}`,
    state: 'failed',
    sentence: /^WHY_DATA (?:has|is) \d+ bytes.*; the system takes/,
    cause: /^WHY_DATA$|^faults\.hcl:\d+$/,
    fix: 'open-file',
  },
  {
    name: 'user-missing',
    hcl: also(run('true'), 'user = "nobody-of-that-name"'),
    state: 'failed',
    sentence: /nobody-of-that-name/,
    cause: /^nobody-of-that-name$/,
    fix: 'open-file',
  },
  {
    name: 'group-missing',
    hcl: also(run('true'), 'group = "no-such-group"'),
    state: 'failed',
    sentence: /no-such-group/,
    cause: /^no-such-group$/,
    fix: 'open-file',
  },
  {
    name: 'program-of-another-user',
    hcl: also(made('./private.sh'), `user = "nobody"\n${once}`),
    state: 'failed',
    sentence: /nobody.*private\.sh|private\.sh.*nobody/,
    cause: /private\.sh$/,
    fix: 'run-command',
    skip: rootOnly,
  },
]

const values: readonly Fault[] = [
  {
    name: 'variable-missing',
    hcl: also(run('true'), 'environment = {\n KEY = "env:WHY_NOT_SET"\n}'),
    state: 'failed',
    sentence: /^The environment variable WHY_NOT_SET is not set \(faults\.hcl:\d+\)$/,
    cause: /^faults\.hcl:\d+$/,
    fix: 'open-file',
  },
  {
    name: 'env-file-missing',
    hcl: also(run('true'), 'env_file = "no-such.env"'),
    state: 'failed',
    sentence: /no-such\.env/,
    cause: /no-such\.env|faults\.hcl/,
    fix: 'open-file',
  },
  {
    name: 'value-file-missing',
    hcl: also(run('true'), 'environment = {\n KEY = "file:no-such-key"\n}'),
    state: 'failed',
    sentence: /no-such-key/,
    cause: /^faults\.hcl:\d+$/,
    fix: 'open-file',
  },
  {
    name: 'hook-fails',
    hcl: also(
      run('sleep 60'),
      'hooks {\n pre_start {\n command = "sh -c \\"echo no such table: users; exit 3\\""\n }\n}\nrestart {\n policy = "never"\n}',
    ),
    state: 'failed',
    sentence: /^Its pre_start hook exited with code 3: sh -c/,
    cause: /^sh -c/,
    fix: 'service',
    line: /no such table: users/,
  },
  {
    name: 'hook-hangs',
    hcl: also(
      run('sleep 60'),
      'hooks {\n pre_start {\n command = "sleep 30"\n timeout = "300ms"\n }\n}\nrestart {\n policy = "never"\n}',
    ),
    state: 'failed',
    sentence: /^Its pre_start hook did not end within its time limit: sleep 30/,
    cause: /^sleep 30$/,
    fix: 'service',
  },
  {
    name: 'disabled-by-file',
    hcl: also(run('sleep 60'), 'enabled = false'),
    state: 'stopped',
    sentence: /^Disabled in faults\.hcl:\d+$/,
    cause: /^faults\.hcl:\d+$/,
    fix: 'open-file',
  },
  {
    name: 'disabled-by-person',
    hcl: also(run('sleep 60'), 'autostart = false'),
    ask: ['/services/disabled-by-person/disable'],
    state: 'stopped',
    sentence: /^Disabled by a person$/,
    cause: /^disabled-by-person$/,
    fix: 'service',
    label: /^Enable$/,
  },
]

const heldBy = (world: World): RegExp =>
  new RegExp(`^Port ${world.heldPort} is held by node \\(pid ${world.holderPid}\\)$`)

const ports: readonly Fault[] = [
  {
    name: 'declared-port-held',
    hcl: (world) =>
      `command = "node listens.mjs ${world.heldPort}"\nworking_dir = ${JSON.stringify(world.fixtures)}\nports = [${world.heldPort}]`,
    state: ['failed', 'backoff'],
    sentence: heldBy,
    cause: /^node \(pid \d+\)$/,
    fix: 'end-process',
    label: /^Stop pid \d+ and start$/,
  },
  {
    name: 'undeclared-port-held',
    hcl: (world) =>
      `command = "node listens.mjs ${world.heldPort}"\nworking_dir = ${JSON.stringify(world.fixtures)}\n${once}`,
    state: 'failed',
    sentence: heldBy,
    cause: /^node \(pid \d+\)$/,
    fix: 'end-process',
    line: /EADDRINUSE/,
  },
  {
    name: 'port-held-in-python',
    hcl: (world) => `command = "python3 -m http.server ${world.heldPort} --bind 127.0.0.1"\n${once}`,
    state: 'failed',
    sentence: heldBy,
    cause: /./,
    fix: 'end-process',
    skip: needs('python3'),
  },
  {
    name: 'port-of-another-service',
    hcl: (world) =>
      `command = "node listens.mjs ${world.ownedPort}"\nworking_dir = ${JSON.stringify(world.fixtures)}\ndepends_on = ["port-owner"]\nrestart {\n max_retries = 4\n delay = "300ms"\n}`,
    beside: (world) =>
      `service "port-owner" {\n command = "node listens.mjs ${world.ownedPort}"\n working_dir = ${JSON.stringify(world.fixtures)}\n ports = [${world.ownedPort}]\n}`,
    state: ['failed', 'backoff'],
    sentence: (world) =>
      new RegExp(`^Port ${world.ownedPort} is held by node \\(pid \\d+\\), which is the service port-owner$`),
    cause: /^node \(pid \d+\)$/,
    fix: 'service',
    label: /^Stop port-owner$/,
  },
  {
    name: 'port-kept-for-root',
    hcl: (world) => `command = "node ${world.made}/listens.mjs 81"\nuser = "nobody"\nworking_dir = "/"\n${once}`,
    state: 'failed',
    sentence: told('Port 81 needs rights that it does not have: ports below 1024 are kept for root'),
    cause: /^port 81$/,
    fix: 'service',
    skip: rootOnly,
  },
]

const dependencies: readonly Fault[] = [
  {
    name: 'waits-for-a-chain',
    hcl: also(run('sleep 60'), 'depends_on = ["chain-database"]'),
    beside: () => `service "chain-database" {
 command = "sleep 60"
 depends_on {
  service = "chain-volume-init"
  condition = "completed"
 }
}
service "chain-volume-init" {
 type = "task"
 command = "sh -c \\"exit 2\\""
 restart {
  policy = "never"
 }
}`,
    state: ['waiting', 'failed'],
    sentence:
      /^Waits for chain-database, which waits for chain-volume-init, which failed: exited with code 2 after [\d.]+ s/,
    cause: /^chain-volume-init$/,
    fix: 'service',
    label: /^Start chain-volume-init$/,
  },
  {
    name: 'waits-for-what-cannot-start',
    hcl: also(run('sleep 60'), 'depends_on = ["cannot-start"]'),
    beside: () => 'service "cannot-start" {\n command = "no-such-program-at-all"\n}',
    state: ['waiting', 'failed'],
    sentence: /^Waits for cannot-start, which failed: command not found: no-such-program-at-all/,
    cause: /^no-such-program-at-all$/,
    fix: 'service',
    label: /^Start cannot-start$/,
  },
  {
    name: 'waits-for-disabled',
    hcl: also(run('sleep 60'), 'depends_on = ["is-disabled"]'),
    beside: () => 'service "is-disabled" {\n command = "sleep 60"\n enabled = false\n}',
    state: ['waiting', 'failed'],
    sentence: /^Waits for is-disabled, which is disabled \(faults\.hcl:\d+\)/,
    cause: /^faults\.hcl:\d+$/,
    fix: 'open-file',
  },
  {
    name: 'waits-for-stopped',
    hcl: also(run('sleep 60'), 'autostart = false\ndepends_on = ["is-stopped"]'),
    beside: () =>
      'service "is-stopped" {\n command = "sh -c \\"exit 9\\""\n autostart = false\n restart {\n  policy = "never"\n }\n}',
    ask: ['/services/waits-for-stopped/start'],
    state: ['waiting', 'failed'],
    sentence: /^Waits for is-stopped, which (?:is stopped|is not started yet|failed: exited with code 9)/,
    cause: /^is-stopped$/,
    fix: 'service',
  },
  {
    name: 'waits-for-backoff',
    hcl: also(run('sleep 60'), 'depends_on = ["keeps-failing"]'),
    beside: () => 'service "keeps-failing" {\n command = "no-such-program-either"\n}',
    state: ['waiting', 'failed'],
    sentence: /^Waits for keeps-failing, which (?:failed|keeps failing): command not found: no-such-program-either/,
    cause: /^no-such-program-either$/,
    fix: 'service',
  },
  {
    name: 'waits-for-completion',
    hcl: also(run('sleep 60'), 'depends_on {\n service = "long-task"\n condition = "completed"\n}'),
    beside: () => 'service "long-task" {\n type = "task"\n command = "sleep 600"\n}',
    state: 'waiting',
    sentence: /^Waits for long-task, which still runs$/,
    cause: /^long-task$/,
    fix: 'open-service',
  },
]

const stops: readonly Fault[] = [
  {
    name: 'ignores-term',
    hcl: also(fixture('node ignores-term.mjs'), 'stop {\n timeout = "1s"\n}'),
    ask: ['/services/ignores-term/stop?wait=stopped&timeoutMs=10000'],
    state: 'stopped',
    sentence: /^SIGTERM ignored for 1(?:\.\d)? s by ignores-term\.mjs, pid \d+, then killed$/,
    cause: /^ignores-term$/,
    fix: 'open-logs',
  },
  {
    name: 'leaves-child',
    hcl: also(fixture('node leaves-child.mjs'), 'stop {\n timeout = "1s"\n}'),
    ask: ['/services/leaves-child/stop?wait=stopped&timeoutMs=10000'],
    state: 'stopped',
    sentence: /^SIGTERM ignored for 1(?:\.\d)? s by ignores-term\.mjs, pid \d+, then killed$/,
    cause: /^leaves-child$/,
    fix: 'open-logs',
  },
  {
    name: 'is-stopping',
    hcl: also(fixture('node ignores-term.mjs'), 'stop {\n timeout = "4s"\n}'),
    ask: ['/services/is-stopping/stop'],
    state: 'stopping',
    sentence: /^Stopping: ignores-term\.mjs \(pid \d+\) still runs after SIGTERM, is killed 4 s after it was asked$/,
    cause: /^is-stopping$/,
    fix: 'open-logs',
  },
]

const limits: readonly Fault[] = [
  {
    name: 'memory-limit',
    hcl: also(fixture('python3 eats-memory.py'), `resources {\n memory_limit = "64Mi"\n}\n${once}`),
    state: 'failed',
    sentence: /^(?:Killed for passing its memory limit of 64 MiB after|It ran out of memory;)/,
    cause: /./,
    fix: 'set-attribute',
    skip: rootOnly || needs('python3'),
  },
  {
    name: 'open-files-limit',
    hcl: also(fixture('python3 opens-files.py'), `resources {\n nofile = 64\n}\n${once}`),
    state: 'failed',
    sentence: told('It has too many files or connections open'),
    cause: /^python3$/,
    fix: 'open-file',
    skip: needs('python3'),
  },
  {
    name: 'pids-limit',
    hcl: also(fixture('python3 forks.py'), `resources {\n pids_limit = 30\n}\n${once}`),
    state: 'failed',
    sentence: told('It may not start any more processes or threads'),
    cause: /^python3$/,
    fix: 'service',
    skip: rootOnly || needs('python3'),
  },
  {
    name: 'heap-full',
    hcl: also(fixture('node --max-old-space-size=16 fills-heap.cjs'), once),
    state: 'failed',
    sentence: /^It ran out of heap memory \(V8’s own limit\); /,
    cause: /^node$/,
    fix: 'service',
  },
  {
    name: 'disk-full',
    hcl: also(fixture('node fills-disk.mjs'), once),
    state: 'failed',
    sentence: told('The disk is full'),
    cause: /^disk$/,
    fix: 'run-command',
  },
]

const outputs: readonly Fault[] = [
  [
    'module-missing',
    'node needs-module.mjs',
    'The module a-module-that-nobody-has is not installed',
    /^a-module/,
    'run-command',
  ],
  [
    'module-missing-in-commonjs',
    'node needs-module.cjs',
    'The module a-module-that-nobody-has is not installed',
    /^a-module/,
    'run-command',
  ],
  [
    'module-missing-in-python',
    'python3 needs-module.py',
    'The Python module a_module_that_nobody_has is not installed',
    /^a_module/,
    'service',
  ],
  [
    'module-missing-in-perl',
    'perl -MNo::Such -e 1',
    'The Perl module No/Such\\.pm is not installed',
    /^No\/Such/,
    'service',
  ],
  ['class-missing', 'java NoSuchMain', 'The Java class NoSuchMain cannot be found', /^NoSuchMain$/, 'service'],
  [
    'script-missing',
    'node no-such-script.js',
    'The file /.*/no-such-script\\.js does not exist',
    /no-such-script\.js$/,
    'service',
  ],
  [
    'script-missing-in-python',
    'python3 no-such-script.py',
    'The file /.*/no-such-script\\.py does not exist',
    /no-such-script\.py$/,
    'service',
  ],
  [
    'file-missing',
    'node reads-file.mjs /no/such/settings.json',
    'The file /no/such/settings\\.json does not exist',
    /settings\.json$/,
    'service',
  ],
  ['option-unknown', 'node --no-such-option', 'It does not know the option --no-such-option', /^command$/, 'service'],
  [
    'host-unknown',
    'node looks-up-host.mjs',
    'The host name no-such-host\\.invalid is not known',
    /^no-such-host/,
    'service',
  ],
  [
    'variable-required',
    'node needs-variable.mjs',
    'The environment variable WHY_PAYMENT_KEY is not set',
    /^WHY_PAYMENT_KEY$/,
    'open-file',
  ],
  [
    'variable-required-in-python',
    'python3 needs-variable.py',
    'The environment variable WHY_PAYMENT_KEY is not set',
    /^WHY_PAYMENT_KEY$/,
    'open-file',
  ],
  [
    'variable-required-in-shell',
    './needs-variable.sh',
    'The environment variable WHY_PAYMENT_KEY is not set',
    /^WHY_PAYMENT_KEY$/,
    'open-file',
  ],
  ['json-broken', 'node reads-json.mjs', 'Text that is not valid JSON: .+', /./, 'service'],
  [
    'locale-missing',
    'python3 sets-locale.py',
    'The locale that its environment names is not installed',
    /^locale$/,
    'service',
  ],
  [
    'child-crashes',
    './crashing-child.sh',
    'A program of it crashed: it reached for memory that is not its own',
    /crashing-child/,
    'service',
  ],
].map(([name, command, words, cause, fix]) => ({
  name: name as string,
  hcl: also(fixture(command as string), once),
  state: 'failed' as const,
  sentence: told(words as string),
  cause: cause as RegExp,
  fix: fix as FixAction['kind'],
  skip: needs((command as string).split(' ', 1)[0]?.replace(/^\.\/.*/, 'bash') ?? ''),
}))

const sources: readonly Fault[] = [
  {
    name: 'syntax-error',
    hcl: also(made('node broken.cjs'), once),
    state: 'failed',
    sentence: told("Syntax error in broken\\.cjs:3: Unexpected token '}'"),
    cause: /^broken\.cjs:3$/,
    fix: 'open-file',
    label: /^Open broken\.cjs:3$/,
  },
  {
    name: 'syntax-error-in-python',
    hcl: also(made('python3 broken.py'), once),
    state: 'failed',
    sentence: told('Syntax error in broken\\.py:2: .+'),
    cause: /^broken\.py:2$/,
    fix: 'open-file',
    skip: needs('python3'),
  },
  {
    name: 'syntax-error-in-shell',
    hcl: also(made('./broken.sh'), once),
    state: 'failed',
    sentence: told('Syntax error in broken\\.sh:4: .+'),
    cause: /^broken\.sh:4$/,
    fix: 'open-file',
    skip: needs('bash'),
  },
  {
    name: 'npm-script-missing',
    hcl: also(made('npm run dev'), once),
    state: 'failed',
    sentence: told('package\\.json has no script named dev'),
    cause: /^package\.json$/,
    fix: 'service',
    skip: needs('npm'),
  },
  {
    name: 'java-too-old',
    hcl: also(made('java -cp . Newer'), once),
    state: 'failed',
    sentence: told('It needs Java 25, and this is Java \\d+'),
    cause: /^java$/,
    fix: 'service',
    skip: needs('java'),
  },
  {
    name: 'env-interpreter-missing',
    hcl: also(made('./env-node.sh'), once),
    state: 'failed',
    sentence: told('Command not found: no-such-interpreter'),
    cause: /^no-such-interpreter$/,
    fix: 'service',
  },
  {
    name: 'shell-command-not-found',
    hcl: also(run('no-such-command --port 80'), `shell = true\n${once}`),
    state: 'failed',
    sentence: told('Command not found: no-such-command'),
    cause: /^no-such-command$/,
    fix: 'service',
  },
  {
    name: 'file-of-another-user',
    hcl: (world) => `command = ${JSON.stringify(`cat ${world.made}/private.txt`)}\nuser = "nobody"\n${once}`,
    state: 'failed',
    sentence: told('The user nobody may not use /.*/private\\.txt'),
    cause: /private\.txt$/,
    fix: 'run-command',
    skip: rootOnly,
  },
  {
    name: 'certificate-self-signed',
    hcl: (world) =>
      `command = ${JSON.stringify(`node self-signed.mjs ${world.made}/key.pem ${world.made}/cert.pem`)}\nworking_dir = ${JSON.stringify(world.fixtures)}\n${once}`,
    state: 'failed',
    sentence: told('A certificate is self-signed and so not trusted'),
    cause: /^certificate$/,
    fix: 'service',
    skip: needs('openssl'),
  },
  {
    name: 'connection-refused',
    hcl: (world) =>
      `command = "node connects.mjs ${world.quietPort}"\nworking_dir = ${JSON.stringify(world.fixtures)}\n${once}`,
    state: 'failed',
    sentence: (world) =>
      told(`Nobody answers at 127\\.0\\.0\\.1:${world.quietPort}, the port of quiet, which is stopped`),
    beside: (world) => `service "quiet" {\n command = "sleep 60"\n autostart = false\n ports = [${world.quietPort}]\n}`,
    cause: /^quiet$/,
    fix: 'service',
    label: /^Start quiet$/,
  },
  {
    name: 'connection-refused-by-nobody',
    hcl: also(fixture('node connects.mjs 9'), once),
    state: 'failed',
    sentence: told(`Nobody answers at ${escaped('127.0.0.1:9')}`),
    cause: /^127\.0\.0\.1:9$/,
    fix: 'service',
  },
]

export const faults: readonly Fault[] = [
  ...exits,
  ...starts,
  ...values,
  ...ports,
  ...dependencies,
  ...stops,
  ...limits,
  ...outputs,
  ...sources,
]

/** The configuration that has all of them. */
export function configuration(world: World): string {
  const blocks = faults
    .filter(({ skip }) => !skip)
    .flatMap((fault) => [fault.beside?.(world) ?? '', `service "${fault.name}" {\n${fault.hcl(world)}\n}`])
  const special = [
    'service "frozen" {\n command = "sleep 600"\n stop {\n  timeout = "300ms"\n }\n}',
    'service "without-log" {\n command = "sleep 600"\n autostart = false\n}',
  ]
  return `${[...blocks, ...special].filter(Boolean).join('\n\n')}\n`
}
