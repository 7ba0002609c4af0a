import { also, type Fault, run } from './fault.ts'

export const dependencies: readonly Fault[] = [
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
    hcl: also(run('sleep 60'), 'depends_on = ["is-stopped"]'),
    beside: () => 'service "is-stopped" {\n command = "sleep 60"\n autostart = false\n}',
    state: ['waiting', 'failed'],
    sentence: /^Waits for is-stopped, which (?:is stopped|is not started yet)$/,
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
