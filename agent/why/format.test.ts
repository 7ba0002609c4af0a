import { expect, it } from 'vitest'
import { commandOf, formatWhy } from './format.ts'

const why = {
  sentence: 'Port 3000 is held by node (pid 4123)',
  chain: [
    { subject: 'node (pid 4123)', fact: 'listens on port 3000: node server.js' },
    { subject: 'web', fact: 'exited with code 1 after 0.3 s', at: '2026-05-04T12:00:00.000Z' },
    { subject: 'web', fact: 'next start: attempt 2 of 5', at: '2026-05-04T12:00:04.000Z' },
  ],
  fixes: [
    {
      label: 'Stop pid 4123 and start',
      action: { kind: 'end-process', pid: 4123, startTime: '99', thenStart: 'web' } as const,
    },
    {
      label: 'Use port 3001',
      action: { kind: 'set-attribute', service: 'web', attribute: 'ports', value: 3001, replaces: 3000 } as const,
    },
    { label: 'Show logs', action: { kind: 'open-logs', service: 'web' } as const },
  ],
  lastLines: ['Error: listen EADDRINUSE :::3000'],
}

it('writes sentence, chain, last lines and what to do', () => {
  expect(formatWhy(why, { nowMs: Date.parse('2026-05-04T12:00:01Z') })).toBe(
    `Port 3000 is held by node (pid 4123)

What led to it
  node (pid 4123)  listens on port 3000: node server.js
  web              exited with code 1 after 0.3 s  12:00:00
  web              next start: attempt 2 of 5  in 3 s

Last lines
  │ Error: listen EADDRINUSE :::3000

What to do
  Stop pid 4123 and start  kill 4123 && hxe start web
  Use port 3001            set ports to 3001 instead of 3000
  Show logs                hxe logs web
`,
  )
})

it('names the day of what is long past', () => {
  expect(formatWhy(why, { nowMs: Date.parse('2026-05-06T12:00:01Z') })).toContain('2026-05-04 12:00:00')
})

it('colours only when asked to', () => {
  expect(formatWhy(why)).not.toContain('\u001b')
  expect(formatWhy(why, { colour: true })).toContain('\u001b[1mPort 3000')
})

it('lets no escape sequence of a service through', () => {
  expect(formatWhy({ ...why, sentence: 'a\u001b[2Jb', lastLines: ['\u001b]0;x\u0007'] })).not.toContain('\u001b')
})

it('leaves out what there is none of', () => {
  expect(formatWhy({ sentence: 'Disabled by a person', chain: [], fixes: [] })).toBe('Disabled by a person\n')
})

it.each([
  [{ kind: 'service', verb: 'enable', service: 'web#0' } as const, "hxe enable 'web#0'"],
  [{ kind: 'end-process', pid: 7, startTime: '1' } as const, 'kill 7'],
  [{ kind: 'open-file', file: '/etc/hxe/a.hcl', line: 3, column: 1 } as const, '/etc/hxe/a.hcl:3'],
  [{ kind: 'open-service', service: 'web' } as const, 'hxe describe web'],
  [{ kind: 'run-command', command: 'df -h' } as const, 'df -h'],
])('writes %j as %s', (action, command) => {
  expect(commandOf(action)).toBe(command)
})
