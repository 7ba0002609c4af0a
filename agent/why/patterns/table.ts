import { environmentPatterns } from './environment.ts'
import { filePatterns } from './files.ts'
import { memoryPatterns } from './memory.ts'
import { networkPatterns } from './network.ts'
import type { Pattern } from './pattern.ts'
import { programPatterns } from './programs.ts'
import { sourcePatterns } from './source.ts'

/**
 * Most specific first. What names the thing that is missing comes before what names a symptom; a connection
 * that was refused comes late, since many programs say so in passing and go on.
 */
export const patterns: readonly Pattern[] = [
  ...programPatterns,
  ...memoryPatterns,
  ...environmentPatterns,
  ...networkPatterns.early,
  ...filePatterns,
  ...sourcePatterns,
  ...networkPatterns.late,
]
