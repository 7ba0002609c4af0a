import { also, type Fault, fixture } from './fault.ts'

// Asked to end before they can ignore it, they would end.
const says = /ready/

export const stops: readonly Fault[] = [
  {
    name: 'ignores-term',
    hcl: also(fixture('node ignores-term.mjs'), 'stop {\n timeout = "1s"\n}'),
    says,
    ask: ['/services/ignores-term/stop?wait=stopped&timeoutMs=30000'],
    state: 'stopped',
    sentence: /^SIGTERM ignored for [\d.]+ s by ignores-term\.mjs, pid \d+, then killed$/,
    cause: /^ignores-term$/,
    fix: 'open-logs',
  },
  {
    name: 'leaves-child',
    hcl: also(fixture('node leaves-child.mjs'), 'stop {\n timeout = "1s"\n}'),
    says,
    ask: ['/services/leaves-child/stop?wait=stopped&timeoutMs=30000'],
    state: 'stopped',
    sentence: /^SIGTERM ignored for [\d.]+ s by ignores-term\.mjs, pid \d+, then killed$/,
    cause: /^leaves-child$/,
    fix: 'open-logs',
  },
  {
    name: 'is-stopping',
    hcl: also(fixture('node ignores-term.mjs'), 'stop {\n timeout = "50s"\n}'),
    says,
    ask: ['/services/is-stopping/stop'],
    state: 'stopping',
    sentence: /^Stopping: ignores-term\.mjs \(pid \d+\) still runs after SIGTERM, is killed 50 s after it was asked$/,
    cause: /^is-stopping$/,
    fix: 'open-logs',
  },
]
