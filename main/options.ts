import type { AgentOptions } from '../agent/app.ts'

/** What the panel hands on to the agent that it runs. */
export type PanelOptions = Pick<AgentOptions, 'configPaths' | 'dataDir' | 'mode'>

/** `--config PATH` (repeatable), `--data-dir DIR` and `--mode M`, also as `--name=value`; what Chromium is given is passed over. */
export function readOptions(words: readonly string[]): PanelOptions {
  // A link that the desktop hands over comes after `--`: nothing there is an option.
  const argv = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  const values = (name: string): string[] =>
    argv.flatMap((word, index) => {
      if (word.startsWith(`${name}=`)) return [word.slice(name.length + 1)]
      const next = argv[index + 1]
      return word === name && next !== undefined ? [next] : []
    })
  const dataDir = values('--data-dir').at(-1)
  const mode = values('--mode').at(-1)
  return {
    configPaths: values('--config'),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(mode === undefined ? {} : { mode }),
  }
}
