import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonSchema, renderReference } from './reference.ts'

const docs = join(import.meta.dirname, '..', '..', 'docs')

test('the reference in docs says what validation goes by', () => {
  expect(readFileSync(join(docs, 'CONFIGURATION.md'), 'utf8')).toBe(renderReference())
})

test('the JSON schema in docs says what validation goes by', () => {
  expect(JSON.parse(readFileSync(join(docs, 'schema.json'), 'utf8'))).toEqual(jsonSchema())
})
