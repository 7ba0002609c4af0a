import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  timeout: 60_000,
  // A machine that does other work too answers later, not otherwise.
  expect: { timeout: 15_000 },
})
