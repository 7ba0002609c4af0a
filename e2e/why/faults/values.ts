import { also, type Fault, run } from './fault.ts'

export const values: readonly Fault[] = [
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
