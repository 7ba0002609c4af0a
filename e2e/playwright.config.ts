import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  // A machine that does other work too answers later, not otherwise.
  timeout: 180_000,
  expect: { timeout: 30_000 },
})
