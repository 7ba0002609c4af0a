import type { LucideIcon } from 'lucide-react'

/** Width of the line by size, in px. */
const sizes = { 16: 1.5, 14: 1.31, 12: 1.31 } as const

/** A lucide icon in one of the three sizes, hidden from assistive technology: the control around it has the name. */
export function Icon({ of: Drawing, size = 16 }: { of: LucideIcon; size?: keyof typeof sizes }) {
  return <Drawing className="i" size={size} strokeWidth={sizes[size]} absoluteStrokeWidth aria-hidden="true" />
}
