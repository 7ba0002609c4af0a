import { readJson } from './files.mjs'

/** What a test runner has counted. */
const none = { passed: 0, failed: 0, skipped: 0 }

/** Counts of vitest's JSON report. A file that could not even be loaded is one failure. */
export function vitestCounts(path) {
  const report = readJson(path)
  if (!report) return none
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Counts of Playwright's JSON report. A test that passed only when tried again is a failure: it is not to be relied on. */
export function playwrightCounts(path) {
  const stats = readJson(path)?.stats
  if (!stats) return none
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}
