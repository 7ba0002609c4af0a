import type { Account } from './accounts.ts'
import { findTool } from './tools.ts'

/** What the system's spawn cannot set itself and an exec in between must. */
export interface PrefixWork {
  /** `cgroup.procs` files to join before the program runs. */
  join: readonly string[]
  ulimits: Readonly<{ nofile?: number; addressSpaceKiB?: number; processes?: number }>
  umask?: number | undefined
  nice?: number | undefined
  account?: Account | undefined
  statusFile?: string | undefined
}

/** The name by which a task's wrapper is known among processes: `$0` of its shell. */
export const taskWrapperName = 'hxe-task'

export function needsPrefix(work: PrefixWork): boolean {
  return (
    work.join.length > 0 ||
    Object.values(work.ulimits).some((limit) => limit !== undefined) ||
    work.umask !== undefined ||
    work.nice !== undefined ||
    work.account !== undefined ||
    work.statusFile !== undefined
  )
}

/**
 * The words that lead to the program: one `sh` that does what is asked and then becomes it. The text
 * of the script is made of constants alone; every path, number and word travels as a positional
 * parameter, so nothing in it is ever read as shell.
 */
export function withPrefix(argv: readonly string[], env: Readonly<Record<string, string>>, work: PrefixWork): string[] {
  const words: string[] = []
  const word = (value: string | number): string => {
    words.push(String(value))
    return `"\${${words.length}}"`
  }
  const orFail = (step: string, what: string): string => `${step} || { echo "hxe: ${what}" >&2; exit 126; }`

  const steps = unsets(env)
  for (const file of work.join) steps.push(orFail(`echo $$ > ${word(file)}`, 'cannot join the control group'))
  const { nofile, addressSpaceKiB, processes } = work.ulimits
  if (nofile !== undefined) steps.push(orFail(`ulimit -n ${word(nofile)}`, 'cannot set the limit of open files'))
  if (addressSpaceKiB !== undefined)
    steps.push(orFail(`ulimit -v ${word(addressSpaceKiB)}`, 'cannot set the limit of memory'))
  if (processes !== undefined) {
    // The letter is p in dash and ash, u in bash (where p is something else that cannot be set).
    const value = word(processes)
    steps.push(orFail(`ulimit -u ${value} 2>/dev/null || ulimit -p ${value}`, 'cannot set the limit of processes'))
  }
  const statusFile = work.statusFile === undefined ? undefined : word(work.statusFile)
  const umask = work.umask === undefined ? undefined : word(work.umask.toString(8).padStart(4, '0'))

  const program = [...becoming(work), ...argv]
  const shift = words.length > 0 ? [`shift ${words.length}`] : []
  if (statusFile === undefined) {
    const last = [...(umask ? [`umask ${umask}`] : []), ...shift, 'exec "$@"']
    return [shellFor(env), '-c', [...steps, ...last].join('\n'), 'hxe-start', ...words, ...program]
  }
  // The wrapper outlives every signal that the program may handle, to write down how it ended.
  steps.push('trap : HUP INT QUIT USR1 USR2 ALRM TERM')
  const inner = [...(umask ? [`umask ${umask}`] : []), ...shift, 'exec "$@"'].join('; ')
  steps.push(`( ${inner} )`, 'status=$?', 'umask 077', `echo "$status" > ${statusFile}`, 'exit "$status"')
  return [shellFor(env), '-c', steps.join('\n'), taskWrapperName, ...words, ...program]
}

function becoming(work: PrefixWork): string[] {
  const words: string[] = []
  if (work.nice !== undefined) words.push(findTool('nice') ?? 'nice', '-n', String(work.nice))
  if (work.account) {
    const { uid, gid, hasEntry } = work.account
    words.push(findTool('setpriv') ?? 'setpriv')
    if (uid !== undefined) words.push(`--reuid=${uid}`)
    words.push(`--regid=${gid}`, uid !== undefined && hasEntry ? '--init-groups' : '--clear-groups', '--')
  }
  return words
}

let shells: { plain: string; keepsOddNames: string | undefined } | undefined

/** dash drops variables whose names are no identifiers (`my.key`); bash hands them on. */
function shellFor(env: Readonly<Record<string, string>>): string {
  shells ??= { plain: findTool('dash') ?? '/bin/sh', keepsOddNames: findTool('bash') }
  const odd = oddNames(env).length > 0
  return odd ? (shells.keepsOddNames ?? shells.plain) : shells.plain
}

function oddNames(env: Readonly<Record<string, string>>): string[] {
  return Object.keys(env).filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
}

/** Variables that would be lost on the way, for a note. */
export function lostNames(env: Readonly<Record<string, string>>): string[] {
  shellFor(env)
  return shells?.keepsOddNames ? [] : oddNames(env)
}

const closeInherited = `for fd in /proc/self/fd/*; do
  fd="\${fd##*/}"
  [ "$fd" -gt 2 ] && eval "exec $fd>&-" 2>/dev/null
done
exec "$@"`

/**
 * Node's own spawn hands on what the agent has open without close-on-exec: some thirty descriptors in Electron. Only
 * bash can close those above 9; without it they stay open, which harms nothing but tidiness.
 */
export function closingInherited(
  argv: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): [string, ...string[]] {
  const bash = process.platform === 'linux' ? findTool('bash') : undefined
  return bash ? [bash, '-c', [...unsets(env), closeInherited].join('\n'), 'hxe-start', ...argv] : [...argv]
}

/** A shell exports what it keeps for itself; the environment is the caller's, whole and nothing else. */
function unsets(env: Readonly<Record<string, string>>): string[] {
  return ['PWD', 'OLDPWD', 'SHLVL'].filter((name) => !(name in env)).map((name) => `unset ${name}`)
}
