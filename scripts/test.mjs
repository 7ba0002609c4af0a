#!/usr/bin/env node
// npm test: sets up what is missing, then runs every check and every test, going on after a failure so that one run
// reports them all. What computes runs beside the tests that wait for real processes; faults and windows, which a
// busy machine could disturb, have it for themselves. What failed is named once more at the end, for who has only that;
// the last line is the total of test cases and checks.
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupError, say } from './lib/console.mjs'
import { playwrightCounts, vitestCounts } from './lib/counts.mjs'
import { root } from './lib/files.mjs'
import { killAllGroups, runGroup } from './lib/group.mjs'
import { ensureBuild, ensureElectron, ensureToolchain } from './lib/setup.mjs'
import { ensureSystem, testPrograms } from './lib/system.mjs'

const minuteMs = 60_000
// Of all messages together, so that the names of many failures stay near the end.
const failureLines = 100
const temporary = mkdtempSync(join(tmpdir(), 'hxe-test-'))
// Programs of tests that run as another user have to reach their own folders in it; nobody can list it.
chmodSync(temporary, 0o711)

/** What a browser that is just ending still writes there is no failure of a test. */
function removeTemporary() {
  try {
    rmSync(temporary, { recursive: true, force: true })
  } catch (error) {
    say(`${temporary} is left behind: ${error.message}`)
  }
}

const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)
const script = (name) => [process.execPath, join(root, 'scripts', name)]

/** The tests' environment: temporary files in one place, and nothing of the person's own HXE. */
function testEnvironment(extra = {}) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('HXE_'))
  return { ...Object.fromEntries(own), TMPDIR: temporary, TZ: 'UTC', ...extra }
}

function vitest(project, limitMs) {
  const report = join(temporary, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return {
    name: `${project} tests`,
    command: [bin('vitest'), 'run', '--project', project, ...reporters],
    limitMs,
    counts: () => vitestCounts(report),
  }
}

/** On Linux the window gets a display and a session bus of its own. */
function playwright(environment) {
  const report = join(temporary, 'e2e.json')
  const runner = [bin('playwright'), 'test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json']
  const display = ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24', 'dbus-run-session', '--']
  return {
    name: 'window tests',
    command: process.platform === 'linux' ? [...display, ...runner] : runner,
    environment: { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    limitMs: 15 * minuteMs,
    needs: 'e2e/playwright.config.ts',
    counts: () => playwrightCounts(report),
  }
}

/** Of these some window tests are. */
const packaging = {
  name: 'packages (electron-builder)',
  command: [...script('package.mjs'), '--fast'],
}

/** Leave the processor to the tests of real processes, beside which they run one after the other. */
const computing = [
  { name: 'types (tsc)', command: [bin('tsc'), '--noEmit', '-p', '.'] },
  { name: 'format, lint and import borders (biome)', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'dead code and dependencies (knip)', command: [bin('knip')] },
  { name: 'colour contrast', command: script('contrast.mjs'), needs: 'renderer/styles/tokens.css' },
  vitest('unit', 20 * minuteMs),
  ...(process.platform === 'linux' ? [packaging] : []),
]
const waiting = vitest('real', 25 * minuteMs)
const faults = vitest('faults', 15 * minuteMs)

/** Set-up is a check of its own: where part of it fails, the checks that can run still do. */
const setups = [
  { name: 'set-up: build', work: ensureBuild },
  { name: 'set-up: Electron', work: ensureElectron },
  { name: 'set-up: system packages', work: () => ensureSystem(testPrograms) },
]

const took = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`

async function runSetup({ name, work }) {
  const startedAt = performance.now()
  try {
    await work()
    return { name, passed: 1, failed: 0, tests: 0, took: took(startedAt) }
  } catch (error) {
    const end = error instanceof SetupError ? error.message : error.stack
    say(end)
    return { name, passed: 0, failed: 1, tests: 0, took: took(startedAt), end }
  }
}

/** A step without `counts` is one check; with them it is its test cases, and one failure if it ended badly all the same. */
function tally({ counts }, succeeded) {
  if (!counts) return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0, tests: 0 }
  const { passed, failed, skipped, failures } = counts()
  return { passed, failed: failed || (succeeded ? 0 : 1), skipped, tests: passed + failed, failures }
}

async function runStep(step, options) {
  const startedAt = performance.now()
  const [command, ...args] = step.command
  const limitMs = step.limitMs ?? 10 * minuteMs
  const env = testEnvironment(step.environment)
  const { code, timedOut } = await runGroup(command, args, { limitMs, env, ...options })
  if (timedOut) say(`${step.name}: ended after ${limitMs / minuteMs} minutes`)
  const result = { name: step.name, took: took(startedAt), ...tally(step, code === 0) }
  const end = timedOut ? `ended after ${limitMs / minuteMs} minutes` : `ended with code ${code}`
  return { ...result, end: code === 0 ? undefined : end }
}

function runShown(step) {
  say(`\n── ${step.name}`)
  return runStep(step)
}

/** One after the other, beside another that is shown meanwhile: what they say is shown as each of them ends. */
async function runBeside(steps) {
  const results = []
  for (const step of steps) {
    const output = join(temporary, `output-${results.length}`)
    const file = openSync(output, 'w')
    results.push(await runStep(step, { stdio: ['ignore', file, file], yields: true }))
    closeSync(file)
    say(`\n── ${step.name}`)
    process.stdout.write(readFileSync(output))
  }
  return results
}

/** Names what failed: each test with the begin of its message, or how the step ended where no test tells why. */
function nameFailures(results) {
  const count = results.flatMap(({ failures = [] }) => failures).length
  const messageLines = Math.max(1, Math.min(12, Math.floor(failureLines / count)))
  for (const { name, end, failures = [] } of results) {
    for (const { file, title, message } of failures) {
      console.log(`\n✗ ${file} › ${title}`)
      for (const line of message.slice(0, messageLines)) console.log(`    ${line}`)
    }
    if (end && failures.length === 0) console.log(`\n✗ ${name}: ${end}`)
  }
}

function report(results) {
  const width = Math.max(...results.map(({ name }) => name.length))
  console.log('')
  for (const { name, passed, failed, skipped, took } of results) {
    const more = skipped ? `, ${skipped} skipped` : ''
    console.log(`${failed > 0 ? '✗' : '✓'} ${name.padEnd(width)}  ${passed} passed, ${failed} failed${more}  ${took}`)
  }
}

function total(results) {
  const sum = (key) => results.reduce((all, result) => all + result[key], 0)
  const ranNoTest = sum('tests') === 0
  if (ranNoTest) console.log('No test was run.')
  return { passed: sum('passed'), failed: sum('failed') + (ranNoTest ? 1 : 0) }
}

function isThere({ name, needs }) {
  const found = !needs || existsSync(join(root, needs))
  if (!found) say(`\n── ${name}: no ${needs}, nothing to check`)
  return found
}

async function runAll() {
  const results = [await runSetup({ name: 'set-up: packages', work: ensureToolchain })]
  if (results[0].failed === 0) {
    for (const setup of setups) results.push(await runSetup(setup))
    const [computed, waited] = await Promise.all([runBeside(computing.filter(isThere)), runShown(waiting)])
    results.push(...computed, waited)
    const isPackaged = computed.some(({ name, failed }) => name === packaging.name && failed === 0)
    const windows = playwright(isPackaged ? { PACKAGES_ARE_MADE: 'yes' } : {})
    for (const step of [faults, windows].filter(isThere)) results.push(await runShown(step))
  }
  nameFailures(results)
  report(results)
  return total(results)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    killAllGroups()
    removeTemporary()
    process.exit(1)
  })
}

const { passed, failed } = await runAll().finally(removeTemporary)
process.exitCode = failed === 0 ? 0 : 1
console.log(`${passed} passed, ${failed} failed`)
