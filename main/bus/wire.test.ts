import { expect, it } from 'vitest'
import { decode, encode, kinds } from './message.ts'
import { Reader, type Value, Variant, Writer } from './wire.ts'

it.each<[string, Value]>([
  ['y', 255],
  ['q', 65_535],
  ['i', -3],
  ['u', 4_000_000_000],
  ['x', -5n],
  ['t', 5n],
  ['d', 1.5],
  ['b', true],
  ['s', 'Dienst ü'],
  ['o', '/a/b'],
  ['g', 'a{sv}'],
  ['v', new Variant('as', ['a', 'b'])],
  ['a{sv}', [['key', new Variant('(iu)', [-1, 1])]]],
  ['a(iiay)', [[22, 22, [1, 2, 3]]]],
  ['ax', []],
])('reads what it writes as %s', (type, value) => {
  const writer = new Writer()
  writer.write('y', 1)
  writer.write(type, value)
  expect(new Reader(writer.bytes, true).readAll(`y${type}`)).toEqual([1, value])
})

it('grows with what is written', () => {
  const writer = new Writer()
  const bytes = Array.from({ length: 5_000 }, (_, index) => index % 256)
  writer.write('ay', bytes)
  expect(new Reader(writer.bytes, true).readAll('ay')).toEqual([bytes])
})

it('takes messages one after another, and waits for the rest of one', () => {
  const message = {
    kind: kinds.signal,
    serial: 7,
    path: '/x',
    interface: 'a.b',
    member: 'C',
    signature: 's',
    body: ['d'],
  }
  const bytes = Buffer.concat([encode(message), encode({ ...message, serial: 8 })])
  const first = decode(bytes)
  expect(first?.message).toEqual(message)
  const rest = bytes.subarray(first?.length)
  expect(decode(rest)?.message.serial).toBe(8)
  for (let length = 0; length < rest.length; length++) expect(decode(rest.subarray(0, length))).toBeUndefined()
})

it('refuses what is nested without an end', () => {
  const writer = new Writer()
  let value: Value = 1
  for (let depth = 0; depth < 100; depth++) value = new Variant(depth === 0 ? 'i' : 'v', value)
  writer.write('v', value)
  expect(() => new Reader(writer.bytes, true).readAll('v')).toThrow(/nested/)
})
