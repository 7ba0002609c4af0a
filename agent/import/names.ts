import { isMap } from './text.ts'
import { Template, type Value, type Values } from './types.ts'

const reserved = new Set(['__proto__', 'constructor', 'prototype'])
const longestName = 64

export interface Names {
  /** A valid name that nobody has; `changed` says why it is not the one that was asked for. */
  take(scope: string, name: string): { name: string; changed?: string }
  /** What a service of this file, or these files, is called now. */
  find(scope: string, name: string): string | undefined
}

export function createNames(taken: readonly string[]): Names {
  const used = new Set(taken)
  const given = new Map<string, string>()
  return {
    take(scope, asked) {
      const valid = validName(asked)
      let name = valid
      for (let number = 2; used.has(name); number += 1) name = `${cut(valid, longestName - 6)}-${number}`
      used.add(name)
      if (!given.has(`${scope}\n${asked}`)) given.set(`${scope}\n${asked}`, name)
      if (name === asked) return { name }
      return { name, changed: valid === asked ? 'The name is taken.' : 'A name has letters, digits, "-", "_" and ".".' }
    },
    find: (scope, name) => given.get(`${scope}\n${name}`),
  }
}

function validName(name: string): string {
  const valid = cut(
    name
      .normalize()
      .replace(/[^\p{L}\p{M}\p{Nd}_.-]+/gu, '-')
      .replace(/^-+|-+$/g, ''),
    longestName,
  )
  return valid === '' || /^\.{1,2}$/.test(valid) || reserved.has(valid)
    ? `service${valid.replaceAll(/[^a-z]/g, '')}`
    : valid
}

const cut = (text: string, length: number): string => [...text].slice(0, length).join('')

/** Values that a process can be given: what is not text that can be saved, or no name of a variable, is left out and told. */
export function safeValues(values: Values, tell: (what: string, why: string) => void): Values {
  const environment = values.environment
  if (!isMap(environment)) return clean(values) as Values
  const kept = Object.entries(environment).filter(([name, value]) => {
    const fault = faultOf(name, value)
    if (fault) tell(`environment ${name.slice(0, 40)}`, fault)
    return fault === undefined
  })
  return {
    ...(clean(values) as Values),
    environment: kept.length > 0 ? (clean(Object.fromEntries(kept)) as Values) : undefined,
  }
}

function faultOf(name: string, value: Value | undefined): string | undefined {
  if (name === '' || name.includes('=') || name.includes('\0')) return 'This cannot be the name of a variable.'
  if (reserved.has(name)) return 'This name cannot be used in a configuration.'
  if (/^HXE_(?:SERVICE|REPLICA|INSTANCE)$/.test(name)) return 'The agent sets this one.'
  if (typeof value === 'string' && Buffer.byteLength(value) > 100_000)
    return 'It is longer than a process can be given.'
  return undefined
}

/** Half characters and NUL cannot be written to a file of text. */
function clean(value: Value): Value {
  if (typeof value === 'string') return value.replaceAll('\0', '').replace(/\p{Cs}/gu, '\uFFFD')
  if (value instanceof Template)
    return new Template(value.parts.map((part) => (typeof part === 'string' ? (clean(part) as string) : part)))
  if (Array.isArray(value)) return (value as readonly Value[]).map(clean)
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, clean(item)]])),
  )
}
