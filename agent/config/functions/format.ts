import { numberText } from '../values/convert.ts'
import { nameKind, type Value } from '../values/value.ts'
import { toJson } from './json.ts'
import type { Arguments, CallContext } from './spec.ts'

const verb = /%(%|(?<flags>[-+ #0]*)(?<width>\d{0,3})(?:\.(?<precision>\d{0,2}))?(?<kind>[a-zA-Z]))/g

/** `format("%s is %d", "x", 1)`, with the verbs of HCL's standard library. */
export function formatText(args: Arguments, call: CallContext): Value {
  let next = 1
  let failure: Value | undefined
  const text = args.text(0).replace(verb, (...found: unknown[]) => {
    if (found[1] === '%' || failure !== undefined) return '%'
    const groups = found.at(-1) as { flags: string; width: string; precision?: string; kind: string }
    const at = next
    next += 1
    if (at >= args.count) {
      failure = call.fail(`There is no value for verb ${at} of this format.`, 'a value for each verb')
      return ''
    }
    const shown = show(groups, args.any(at), call, at)
    if (typeof shown === 'string') return pad(shown, groups)
    failure = shown
    return ''
  })
  if (failure !== undefined) return failure
  const unknown = /%(?!%)[^a-zA-Z%]*$/.exec(args.text(0).replace(verb, ''))
  if (unknown !== null)
    return call.fail('The format ends in the middle of a verb.', 'a verb such as %s, or %% for %', 0)
  if (next < args.count) return call.fail('There are more values than verbs.', `${next - 1} values`, next)
  return call.text(text)
}

function show(
  { kind, precision, flags }: { kind: string; precision?: string; flags: string },
  value: Value,
  call: CallContext,
  at: number,
): string | Value {
  switch (kind) {
    case 's':
      return call.asText(value, at) ?? { kind: 'wrong', place: call.place }
    case 'v':
      return value.kind === 'list' || value.kind === 'map' || value.kind === 'null'
        ? JSON.stringify(toJson(value))
        : (call.asText(value, at) ?? { kind: 'wrong', place: call.place })
    case 'q': {
      const text = call.asText(value, at)
      return text === undefined ? { kind: 'wrong', place: call.place } : JSON.stringify(text)
    }
    case 't':
      return value.kind === 'bool' ? String(value.bool) : call.fail('%t takes true or false.', 'true or false', at)
    default:
      return showNumber(kind, precision, flags, value, call, at)
  }
}

function showNumber(
  kind: string,
  precision: string | undefined,
  flags: string,
  value: Value,
  call: CallContext,
  at: number,
): string | Value {
  const number =
    value.kind === 'number' ? value.number : value.kind === 'text' ? Number(value.parts.join('') || 'x') : Number.NaN
  if (Number.isNaN(number)) return call.fail(`%${kind} takes a number, not ${nameKind(value)}.`, 'a number', at)
  const sign = number >= 0 && flags.includes('+') ? '+' : ''
  const whole = Math.trunc(number)
  switch (kind) {
    case 'd':
      return sign + numberText(whole)
    case 'f':
      return sign + number.toFixed(precision === undefined ? 6 : Number(precision))
    case 'e':
      return (
        sign + number.toExponential(precision === undefined ? 6 : Number(precision)).replace(/e([+-])(\d)$/, 'e$10$2')
      )
    case 'g':
      return sign + numberText(number)
    case 'b':
      return sign + whole.toString(2)
    case 'o':
      return sign + whole.toString(8)
    case 'x':
      return sign + whole.toString(16)
    case 'X':
      return sign + whole.toString(16).toUpperCase()
    default:
      return call.fail(`There is no verb %${kind}.`, 'one of %s %d %f %e %g %b %o %x %q %t %v', 0)
  }
}

function pad(text: string, { flags, width }: { flags: string; width: string }): string {
  const size = Number(width || 0)
  if (flags.includes('-')) return text.padEnd(size)
  if (!flags.includes('0')) return text.padStart(size)
  const sign = /^[-+]/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(size - sign.length, '0')
}
