import type { Place, Problems } from '../problems.ts'
import type { Body } from '../syntax/ast.ts'
import type { Source, Span } from '../syntax/source.ts'

/** A file by whose it is: the bundle of the fleet that it came with, or nothing for the user's own. */
export interface OwnedFile {
  bundle: string | undefined
  parts: readonly { source: Source; body: Body }[]
}

/** What a host says of itself alone: else whoever commands a fleet could write what may be done to its hosts. */
const ownBlocks: ReadonlySet<string> = new Set(['agent', 'server', 'notify_policy', 'inhibit'])

/**
 * Files of the fleet stand beside those of the host and change nothing that these say: they may not say anew what is said
 * there, nor in another bundle, and nothing about the agent.
 */
export function checkFleetFiles(files: readonly OwnedFile[], problems: Problems): void {
  if (files.every(({ bundle }) => bundle === undefined)) return
  const first = new Map<string, { bundle: string | undefined; place: Place }>()
  const declare = (what: string, name: string, bundle: string | undefined, place: Place): void => {
    const key = `${what}\0${name}`
    const before = first.get(key)
    if (before === undefined) first.set(key, { bundle, place })
    else if (before.bundle !== bundle) tellConflict(`${what} "${name}"`, before, place, problems)
  }
  // The user's come first, so that it is the fleet's place where a conflict is told.
  for (const { bundle, parts } of files.toSorted(
    (a, b) => Number(a.bundle !== undefined) - Number(b.bundle !== undefined),
  ))
    for (const part of parts) walk(part, bundle, declare, problems)
}

type Declare = (what: string, name: string, bundle: string | undefined, place: Place) => void

function walk(
  { source, body }: OwnedFile['parts'][number],
  bundle: string | undefined,
  declare: Declare,
  problems: Problems,
): void {
  const placeOf = ({ start, end }: Span): Place => ({ source, start, end })
  for (const item of body.items) {
    if (item.kind === 'attribute') {
      if (bundle !== undefined) tellForeign(`${item.name} is`, placeOf(item.nameSpan), problems)
    } else if (item.type === 'locals') {
      for (const local of item.body.items)
        if (local.kind === 'attribute') declare('local value', local.name, bundle, placeOf(local.nameSpan))
    } else if (item.type === 'services') walk({ source, body: item.body }, bundle, declare, problems)
    else if (bundle !== undefined && ownBlocks.has(item.type))
      tellForeign(`${item.type} is`, placeOf(item.typeSpan), problems)
    else for (const label of item.labels) declare(item.type, label.text, bundle, placeOf(label))
  }
}

function tellForeign(what: string, place: Place, problems: Problems): void {
  problems.error(place, {
    code: 'fleet-foreign',
    message: `${what} not for a bundle of the fleet: a host says that itself.`,
    expected: 'services, alerts, notifications, variables, locals, templates, groups and apps',
  })
}

function tellConflict(
  what: string,
  before: { bundle: string | undefined; place: Place },
  place: Place,
  problems: Problems,
): void {
  const { source, start } = before.place
  const { line, column } = source.position(start)
  const whose =
    before.bundle === undefined ? 'this host has one of its own' : `the bundle "${before.bundle}" has it, too`
  problems.error(place, {
    code: 'fleet-conflict',
    message: `The ${what} is there already: ${whose}, in ${source.file}:${line}:${column}.`,
    expected: 'another name, or one of the two taken out',
  })
}
