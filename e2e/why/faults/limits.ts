import { also, type Fault, fixture, needs, once, rootOnly, told } from './fault.ts'

export const limits: readonly Fault[] = [
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
