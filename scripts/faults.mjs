#!/usr/bin/env node
// npm run faults: the fault suite at full length. Arguments go on to e2e/faults/main.ts.
import { runMain } from './lib/console.mjs'
import { runProgram } from './lib/program.mjs'

await runMain(() => runProgram('e2e/faults/main.ts'))
