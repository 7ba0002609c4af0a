import { spawn } from 'node:child_process'
import { root } from './files.mjs'

/**
 * Runs a program to its end and never throws for its exit code. `show` lets its output through (to stderr); otherwise it is kept.
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} `code` is null when it was killed or
 *   could not be started, which `stderr` then says.
 */
export function run(command, args, { show = false, timeoutMs = 0, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', show ? process.stderr : 'pipe', show ? process.stderr : 'pipe'],
      timeout: timeoutMs,
      ...options,
    })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr']) {
      child[stream]?.setEncoding('utf8').on('data', (text) => {
        output[stream] += text
      })
    }
    child.on('error', (error) => resolve({ code: null, ...output, stderr: `${output.stderr}${error.message}` }))
    child.on('close', (code) => resolve({ code, ...output }))
  })
}

/** Runs npm: the one that runs this script, else the one on the path. */
export function npm(args, options) {
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options)
  return run('npm', args, { shell: process.platform === 'win32', ...options })
}
