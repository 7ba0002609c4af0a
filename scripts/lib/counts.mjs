import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { readJson, root } from './files.mjs'

/** What a test runner has counted, and what it says of each test that failed. */
const none = { passed: 0, failed: 0, skipped: 0, failures: [] }

/** One failure, for a person who has only the end of the output. */
function failure(file, title, messages) {
  const lines = stripVTControlCharacters(messages.filter(Boolean).join('\n')).trim().split('\n')
  const own = lines.filter((line) => !/^\s+at .*node_modules|^\s+at new Promise/.test(line))
  return { file: relative(root, file), title, message: own }
}

/** Of a file: its tests that failed, or the file where it could not be loaded or one of its hooks failed. */
function vitestFailures({ name, status, message, assertionResults }) {
  const failed = assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) =>
      failure(name, [...test.ancestorTitles.filter(Boolean), test.title].join(' › '), test.failureMessages),
    )
  if (status !== 'failed' || failed.length > 0) return failed
  return [failure(name, '(no test of it)', [message || 'One of its hooks failed.'])]
}

/** Counts of vitest's JSON report. A file that could not even be loaded is one failure. */
export function vitestCounts(path) {
  const report = readJson(path)
  if (!report) return none
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(vitestFailures),
  }
}

const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)]

function playwrightFailures(report) {
  const ofSpec = ({ file, line, title, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ results }) => {
        const errors = results.flatMap((result) => result.errors)
        const messages = errors.map(({ message }) => message)
        return failure(`${report.config.rootDir}/${file}:${line}`, title, messages)
      })
  const outside = report.errors.map(({ message }) => failure(report.config.rootDir, '(outside of tests)', [message]))
  return [...outside, ...specsOf(report).flatMap(ofSpec)]
}

/** Counts of Playwright's JSON report. A test that passed only when tried again is a failure: it is not to be relied on. */
export function playwrightCounts(path) {
  const report = readJson(path)
  if (!report) return none
  const { stats } = report
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: playwrightFailures(report),
  }
}
