import { didYouMean, nearest, type Place, type Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'
import type { Item } from '../values/decode.ts'
import { shorten } from '../values/names.ts'

/** `field` blocks: every service has what is required, of the kind that is declared, and nothing that is not. */
export function checkFields(root: BlockSettings, services: readonly BlockSettings[], problems: Problems): void {
  const declared = new Map((root.blocks.get('field') ?? []).map((field) => [field.label ?? '', field]))
  if (declared.size === 0) return
  for (const service of services) {
    const setting = service.attributes.get('fields')
    const given = setting?.value instanceof Map ? setting.value : new Map<string, Item & { key: Place }>()
    for (const [name, item] of given) checkField(name, item, declared, problems)
    for (const [name, field] of declared) {
      // A misspelt field has been said, with this one as the suggestion.
      const isMisspelt = [...given.keys()].some(
        (other) => !declared.has(other) && nearest(other, declared.keys()) === name,
      )
      if (isMisspelt) continue
      if (field.attributes.get('required')?.value !== true || given.has(name) || !service.complete) continue
      problems.error(setting?.name ?? service.place, {
        code: 'missing-field',
        message: `${service.label} lacks the field "${name}".`,
        expected: `fields = { ${name} = … }`,
      })
    }
  }
}

function checkField(
  name: string,
  item: Item & { key: Place },
  declared: ReadonlyMap<string, BlockSettings>,
  problems: Problems,
): void {
  const field = declared.get(name)
  if (field === undefined) {
    problems.error(item.key, {
      code: 'unknown-field',
      message: `There is no field "${shorten(name)}".`,
      expected: `one of ${[...declared.keys()].join(', ')}`,
      ...didYouMean(name, declared.keys()),
    })
    return
  }
  const type = String(field.attributes.get('type')?.value ?? 'string')
  const kind = Array.isArray(item.value)
    ? 'list'
    : item.value instanceof Map
      ? 'map'
      : { string: 'string', number: 'number', boolean: 'bool' }[typeof item.value as 'string' | 'number' | 'boolean']
  if (kind === type) return
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    bool: 'true or false',
    list: 'a list',
  }
  problems.error(item.place, {
    code: 'wrong-type',
    message: `The field "${name}" must be ${words[type] ?? type}.`,
    expected: words[type] ?? type,
  })
}
