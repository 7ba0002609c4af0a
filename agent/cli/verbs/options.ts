import { collect, collectVariable, readDuration, readTime } from '../parse.ts'
import type { OptionSpec } from '../verb.ts'

export const selection: readonly OptionSpec[] = [
  { flags: '--tag <tag>', summary: 'those with this tag (may be repeated: any of them)', read: collect },
  { flags: '--group <group>', summary: 'those of this group', read: collect },
  { flags: '--app <app>', summary: 'those of this app', read: collect },
  { flags: '--all', summary: 'every service' },
  { flags: '--wait', summary: 'answer only when it is so' },
  { flags: '--timeout <duration>', summary: 'how long to wait at most (30s)', read: readDuration },
]

export const variables: readonly OptionSpec[] = [
  { flags: '--var <name=value>', summary: 'the value of a variable (may be repeated)', read: collectVariable },
  { flags: '--var-file <file>', summary: 'a file of name = value lines (may be repeated)', read: collect },
]

export const timeRange: readonly OptionSpec[] = [
  { flags: '--since <time>', summary: 'from then on: 10m, 2h, or a time like 2026-03-01T12:00:00Z', read: readTime },
  { flags: '--until <time>', summary: 'up to then', read: readTime },
]
