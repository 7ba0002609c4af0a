import { mkdtempSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// What is known from run to run is the person's, and no test's.
const cacheDir = mkdtempSync(join(tmpdir(), 'hxe-test-cache-'))

const faults = 'e2e/faults/*.real.test.ts'

const ofRealProcesses = {
  env: { TZ: 'UTC', XDG_CACHE_HOME: cacheDir },
  testTimeout: 90_000,
  hookTimeout: 90_000,
  pool: 'forks',
} as const

// Two kinds of test: `*.test.ts` beside the code (pure, or quick against real things), and
// `*.real.test.ts` against real processes of the built agent, two files at a time: they wait for most of their time.
// Of these the faults are apart: several at once fill a machine by themselves.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contract,agent,main,renderer,scripts,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.real.test.ts', '**/node_modules/**'],
          env: { TZ: 'UTC', XDG_CACHE_HOME: cacheDir },
          testTimeout: 20_000,
          // They compute; otherwise one of the cores would be left idle, of two every second.
          maxWorkers: availableParallelism(),
        },
      },
      {
        test: {
          ...ofRealProcesses,
          name: 'real',
          include: ['{agent,e2e}/**/*.real.test.ts'],
          exclude: [faults, '**/node_modules/**'],
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...ofRealProcesses,
          name: 'faults',
          include: [faults],
        },
      },
    ],
  },
})
