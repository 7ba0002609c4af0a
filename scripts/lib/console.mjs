// What a person sees while something is set up: all of it on stderr, so that stdout stays for results.

const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`

export const say = (text) => process.stderr.write(`${text}\n`)

/** Runs one step, named before and timed after. `work` is given a function that shows how far it has come. */
export async function step(name, work) {
  const startedAt = performance.now()
  const isTerminal = process.stderr.isTTY
  let shownAt = startedAt
  const progress = (text) => {
    const now = performance.now()
    if (now - shownAt < (isTerminal ? 200 : 5_000)) return
    shownAt = now
    process.stderr.write(isTerminal ? `\r\u001b[K  ${name}: ${text}` : `  ${name}: ${text} (${seconds(startedAt)})\n`)
  }
  const result = await work(progress)
  const note = typeof result === 'string' ? result : 'done'
  say(`${isTerminal ? '\r\u001b[K' : ''}  ${name}: ${note} (${seconds(startedAt)})`)
  return result
}

/** An end that a person can do something about: shown without a stack. */
export class SetupError extends Error {
  name = 'SetupError'
}

/** Runs a script's main function; what goes wrong is worded, and the exit code says so. */
export async function runMain(main) {
  try {
    await main()
  } catch (error) {
    say(`\n${error instanceof SetupError ? error.message : error.stack}`)
    process.exitCode = 1
  }
}

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`
