import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { root } from './files.mjs'

const running = new Set()
const canGroup = process.platform !== 'win32'

function killGroup(child) {
  try {
    if (canGroup) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** Ends every program that `runGroup` has started, with all that it has started itself. */
export function killAllGroups() {
  for (const child of running) killGroup(child)
}

function giveWay({ pid }) {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
    // Linux may share the processor among sessions, of which this is one, before it does among programs.
    const ofSession = `/proc/${pid}/autogroup`
    if (existsSync(ofSession)) writeFileSync(ofSession, String(constants.priority.PRIORITY_BELOW_NORMAL))
  } catch {
    // It has ended already, or is of less importance than that.
  }
}

/**
 * Runs a program, its output shown, as the leader of a group of its own, so that nothing of it stays when it is over
 * or has taken longer than `limitMs`. One that `yields` leaves the processor to others that want it.
 * @returns {Promise<{ code: number | null, timedOut: boolean }>}
 */
export function runGroup(command, args, { limitMs, yields = false, ...options }) {
  return new Promise((resolve) => {
    let timedOut = false
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: canGroup,
      ...options,
    })
    running.add(child)
    if (yields && child.pid) giveWay(child)
    const timer = setTimeout(() => {
      timedOut = true
      killGroup(child)
    }, limitMs)
    const end = (code) => {
      clearTimeout(timer)
      if (running.delete(child) && child.pid) killGroup(child)
      resolve({ code, timedOut })
    }
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`)
      end(null)
    })
    child.on('exit', end)
  })
}
