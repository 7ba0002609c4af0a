#!/usr/bin/env node
// npx tsx scripts/reference.mjs: writes docs/CONFIGURATION.md and docs/schema.json from the schema of the configuration.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonSchema, renderReference } from '../agent/config/reference.ts'
import { root } from './lib/files.mjs'

writeFileSync(join(root, 'docs', 'CONFIGURATION.md'), renderReference())
writeFileSync(join(root, 'docs', 'schema.json'), `${JSON.stringify(jsonSchema(), null, 2)}\n`)
