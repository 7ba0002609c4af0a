import type { Place, Problems } from '../problems.ts'
import type { BlockSettings, Setting } from './read.ts'

/**
 * Lays files over one another, the later over the earlier: attribute by attribute, labelled blocks by their label; lists
 * and repeated blocks without a label (several `depends_on`, hooks) replace what was there as a whole.
 */
export function mergeSettings(files: readonly BlockSettings[]): BlockSettings | undefined {
  const [first, ...rest] = files
  return first === undefined ? undefined : rest.reduce(mergeBlock, first)
}

export function mergeBlock(below: BlockSettings, above: BlockSettings): BlockSettings {
  const blocks = new Map(below.blocks)
  for (const [type, upper] of above.blocks) blocks.set(type, mergeBlocks(blocks.get(type) ?? [], upper))
  return {
    ...below,
    attributes: mergeAttributes(below.attributes, above.attributes),
    blocks,
    complete: below.complete && above.complete,
  }
}

function mergeAttributes(
  below: ReadonlyMap<string, Setting>,
  above: ReadonlyMap<string, Setting>,
): Map<string, Setting> {
  const merged = new Map(below)
  for (const [name, upper] of above) {
    const lower = below.get(name)
    merged.set(name, lower === undefined ? upper : laidOver(upper, lower))
  }
  return merged
}

/** A setting with what it came over, however many there are. */
export function laidOver(upper: Setting, lower: Setting): Setting {
  return { ...upper, over: upper.over === undefined ? lower : laidOver(upper.over, lower) }
}

function mergeBlocks(below: readonly BlockSettings[], above: readonly BlockSettings[]): BlockSettings[] {
  if (below.length === 0) return [...above]
  const merged = new Map<string, BlockSettings>()
  for (const block of below) if (block.label !== undefined) merged.set(block.label, block)
  for (const block of above) {
    if (block.label === undefined) continue
    const lower = merged.get(block.label)
    merged.set(block.label, lower === undefined ? block : mergeBlock(lower, block))
  }
  return [...mergeUnlabelled(below.filter(isUnlabelled), above.filter(isUnlabelled)), ...merged.values()]
}

function isUnlabelled(block: BlockSettings): boolean {
  return block.label === undefined
}

function mergeUnlabelled(below: readonly BlockSettings[], above: readonly BlockSettings[]): BlockSettings[] {
  const [lower] = below
  const [upper] = above
  if (lower === undefined || upper === undefined) return upper === undefined ? [...below] : [...above]
  const replaces = upper.schema.many === true && (upper.schema.label === 'none' || below.length + above.length > 2)
  return replaces ? [...above] : [mergeBlock(lower, upper)]
}

/** Which of two places of a file comes first; they may be of parts of it. */
function comparePlaces(a: Place, b: Place): number {
  return a.source.above - b.source.above || a.start - b.start
}

/** Puts the services of all `services` blocks and of the top level together, in the order of the file. */
export function liftServices(file: BlockSettings): BlockSettings {
  const wrapped = (file.blocks.get('services') ?? []).flatMap((block) => block.blocks.get('service') ?? [])
  const services = [...wrapped, ...(file.blocks.get('service') ?? [])]
  services.sort((a, b) => comparePlaces(a.place, b.place))
  const blocks = new Map(file.blocks)
  blocks.delete('services')
  if (services.length > 0) blocks.set('service', services)
  const complete = file.complete && (file.blocks.get('services') ?? []).every((block) => block.complete)
  return { ...file, blocks, complete }
}

/** Within one file, a label of one kind may stand once. */
export function checkLabels(block: BlockSettings, problems: Problems): void {
  for (const [type, blocks] of block.blocks) {
    const first = new Map<string, BlockSettings>()
    for (const inner of blocks) {
      checkLabels(inner, problems)
      if (inner.label === undefined) continue
      const earlier = first.get(inner.label)
      if (earlier === undefined) {
        first.set(inner.label, inner)
        continue
      }
      const { line } = earlier.place.source.position(earlier.place.start)
      problems.error(inner.place, {
        code: 'duplicate-label',
        message: `The ${type} "${inner.label}" stands twice in this file; the first is on line ${line}.`,
        expected: 'another name, or one block',
      })
    }
  }
}
