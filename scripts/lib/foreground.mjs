import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP']
// A terminal signals the whole group, and npm passes the same signal on once more.
const sameSignalWithinMs = 500

const parentCheckMs = 250

function passSignalsTo(child) {
  const sentAt = new Map()
  const pass = (signal) => {
    const now = performance.now()
    if (now - (sentAt.get(signal) ?? Number.NEGATIVE_INFINITY) < sameSignalWithinMs) return
    sentAt.set(signal, now)
    child.kill(signal)
  }
  for (const signal of passedOn) process.on(signal, () => pass(signal))
  if (process.env.npm_lifecycle_event) onParentLost(() => pass('SIGTERM'))
}

/** npm ends on a signal, and so does the shell between it and us, which passes nothing on: its end is our signal. */
function onParentLost(act) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, parentCheckMs)
  timer.unref()
}

/**
 * Starts a program that this process then stands for: signals go on to it, once each, and its exit code becomes ours.
 * It leads a group of its own, so that a Ctrl-C does not reach it a second time from the terminal.
 */
export function startInForeground(command, args, options) {
  const child = spawn(command, args, { detached: process.platform !== 'win32', ...options })
  passSignalsTo(child)
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
      resolve()
    })
  })
  return { child, ended }
}
