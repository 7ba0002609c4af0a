import { children } from './children.ts'
import { deaths } from './deaths.ts'
import type { Fault } from './harness.ts'

export const faults: readonly Fault[] = [...deaths, ...children].sort((a, b) => a.id - b.id)
