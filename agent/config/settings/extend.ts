import { didYouMean, type Problems } from '../problems.ts'
import { shorten } from '../values/names.ts'
import { mergeBlock } from './merge.ts'
import type { BlockSettings } from './read.ts'

/**
 * Puts under each service what the template that it `extends` says, and under that what its own template says: the nearer
 * one wins, attribute by attribute.
 */
export function extendServices(root: BlockSettings, problems: Problems): void {
  const templates = new Map((root.blocks.get('template') ?? []).map((block) => [block.label ?? '', block]))
  const used = new Set<string>()
  const services = root.blocks.get('service') ?? []
  root.blocks.set(
    'service',
    services.map((service) => extend(service, templates, used, problems)),
  )
  if (services.length === 0) root.blocks.delete('service')
  for (const [name, block] of templates) {
    // A mistake of a template that nobody uses shows as well.
    extend(block, templates, used, problems)
    if (!used.has(name)) {
      problems.warning(block.place, {
        code: 'unused',
        message: `The template "${name}" is not used.`,
        suggestion: `Write extends = "${name}" in a service, or remove it.`,
      })
    }
  }
}

function extend(
  block: BlockSettings,
  templates: ReadonlyMap<string, BlockSettings>,
  used: Set<string>,
  problems: Problems,
): BlockSettings {
  const { chain, complete } = chainOf(block, templates, problems)
  for (const { label } of chain.slice(1)) if (label !== undefined) used.add(label)
  const [nearest = block, ...further] = chain
  if (!complete) return { ...mergeChain(nearest, further), complete }
  // The same blocks from an earlier load come to the same object, so that what was made of it is known as well.
  const known = merged.get(nearest)
  if (known !== undefined && isSameChain(known.further, further)) return known.block
  const whole = mergeChain(nearest, further)
  merged.set(nearest, { further, block: whole })
  return whole
}

/** What blocks came to with the templates that they extend. */
const merged = new WeakMap<BlockSettings, { further: readonly BlockSettings[]; block: BlockSettings }>()

function isSameChain(a: readonly BlockSettings[], b: readonly BlockSettings[]): boolean {
  return a.length === b.length && a.every((block, index) => block === b[index])
}

function mergeChain(nearest: BlockSettings, further: readonly BlockSettings[]): BlockSettings {
  const base = further
    .toReversed()
    .reduce<BlockSettings | undefined>((below, above) => (below ? mergeBlock(below, above) : above), undefined)
  if (base === undefined) return nearest
  const { type, schema, label, place } = nearest
  return { ...mergeBlock(base, nearest), type, schema, label, place }
}

/** The block, its template, the template's template, and so on; up to what is wrong with the chain. */
function chainOf(
  block: BlockSettings,
  templates: ReadonlyMap<string, BlockSettings>,
  problems: Problems,
): { chain: BlockSettings[]; complete: boolean } {
  const chain = [block]
  for (let at = block; ; ) {
    const setting = at.attributes.get('extends')
    if (setting === undefined || typeof setting.value !== 'string') return { chain, complete: true }
    const template = templates.get(setting.value)
    if (template === undefined) {
      problems.error(setting.place, {
        code: 'unknown-template',
        message: `There is no template "${shorten(setting.value)}".`,
        expected:
          templates.size === 0
            ? `template "${shorten(setting.value)}" { … }`
            : `one of ${[...templates.keys()].slice(0, 12).join(', ')}`,
        ...didYouMean(setting.value, templates.keys()),
      })
      return { chain, complete: false }
    }
    if (chain.includes(template)) {
      const names = [...chain.slice(chain.indexOf(template)), template].map(({ label }) => label)
      problems.error(setting.place, {
        code: 'template-cycle',
        message: `These templates extend one another in a circle: ${names.join(' → ')}.`,
        expected: 'templates that do not lead back to themselves',
      })
      return { chain, complete: false }
    }
    chain.push(template)
    at = template
  }
}
