import { quoteText } from '../edit/print.ts'
import { Problems } from '../problems.ts'
import { knownText } from '../values/convert.ts'
import { shorten } from '../values/names.ts'
import type { Scope } from '../values/scope.ts'
import { looksSecret, mask, maskAddress } from '../values/secrets.ts'
import { isSensitive, type Value } from '../values/value.ts'

/** What is shown of a value. */
const maxLength = 400
const maxItems = 12

/** A value in HCL's notation, secrets masked; undefined where it cannot be worked out. `name` is what it belongs to. */
export function displayValue(value: Value, name: string, scope: Scope): string | undefined {
  if (value.kind === 'wrong') return undefined
  if (looksSecret(name) && value.kind === 'text') return mask
  const shown = display(value, { ...scope, problems: new Problems() })
  return shown === undefined ? undefined : shorten(shown, maxLength)
}

function display(value: Value, scope: Scope): string | undefined {
  if (value.sensitive === true) return mask
  switch (value.kind) {
    case 'text': {
      const known = knownText(value, scope)
      if (known === undefined) return undefined
      const hidden =
        isSensitive(known) ||
        value.parts.some((part) => typeof part !== 'string' && part.from === 'env' && looksSecret(part.name))
      return hidden ? mask : quoteText(maskAddress(known.parts.join('')))
    }
    case 'number':
      return String(value.number)
    case 'bool':
      return String(value.bool)
    case 'null':
      return 'null'
    case 'list': {
      const items = value.items.slice(0, maxItems).map((item) => display(item, scope) ?? '…')
      if (value.items.length > maxItems) items.push('…')
      return `[${items.join(', ')}]`
    }
    case 'map': {
      const entries = [...value.entries].slice(0, maxItems).map(([key, entry]) => {
        const shown = looksSecret(key) ? mask : (display(entry.value, scope) ?? '…')
        return `${key} = ${shown}`
      })
      if (value.entries.size > maxItems) entries.push('…')
      return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
    }
    default:
      return undefined
  }
}
