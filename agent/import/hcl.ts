import {
  type AttributeType,
  type JsonObject,
  plainStyle,
  printBlock,
  quoteText,
  type Style,
  serviceSchema,
} from '../config/index.ts'
import { Template, type Values } from './types.ts'

export interface WriteOptions {
  /** `env:NAME` and the like are meant as the notation that they are, not as text of another program. */
  notation?: boolean
}

/** A service as HCL. What the language does not know is left out: `unknownNames` tells beforehand. */
export function writeService(name: string, values: Values, options: WriteOptions = {}): string {
  const custom: Style['custom'] = (value, type) => {
    if (value instanceof Template) return writeTemplate(value)
    return typeof value === 'string' ? writeText(value, options, type) : undefined
  }
  // Templates are written by `custom` before anything asks whether they are JSON.
  const json = values as unknown as JsonObject
  return `${printBlock(`service ${quoteText(name)}`, json, serviceSchema, { ...plainStyle, custom })}\n`
}

/** Names that are neither an attribute nor a block of a service. */
export function unknownNames(values: Values): string[] {
  return Object.keys(values).filter(
    (name) => !Object.hasOwn(serviceSchema.attributes, name) && !Object.hasOwn(serviceSchema.blocks, name),
  )
}

/** Another program's text that looks like the notation for a reference is kept from being read as one. */
function writeText(text: string, options: WriteOptions, type: AttributeType | undefined): string {
  const isLate = type === undefined || (type.is === 'text' && (type.late === true || type.env === true))
  const notation = isLate && options.notation !== true ? /^(?:env|credential|file)(?=:)/.exec(text)?.[0] : undefined
  if (notation === undefined) return quoteText(text)
  // Only a text that is put together at the start is never taken for the notation; nothing sets this variable.
  return `"\${env("HXE_LITERAL", "${notation}")}${quoteText(text.slice(notation.length)).slice(1)}`
}

function writeTemplate({ parts }: Template): string {
  const inner = parts.map((part, index) => {
    if (typeof part === 'string') {
      const text = quoteText(part).slice(1, -1)
      // A "$" right before a reference would make it an escaped one.
      return typeof parts[index + 1] === 'object' && text.endsWith('$') ? `${text.slice(0, -1)}\${"$"}` : text
    }
    if (part.fallback === undefined) return `\${env.${part.env}}`
    return `\${env(${quoteText(part.env)}, ${quoteText(part.fallback)})}`
  })
  return `"${inner.join('')}"`
}
