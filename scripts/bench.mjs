#!/usr/bin/env node
// npm run bench: the benchmarks, as a table with ratios. Arguments go on to bench/main.ts.
import { runMain } from './lib/console.mjs'
import { runProgram } from './lib/program.mjs'

await runMain(() => runProgram('bench/main.ts'))
