import type { AttributeType, BlockSchema, TextType } from './types.ts'

export const text: TextType = { is: 'text' }
export const late: TextType = { is: 'text', late: true }
export const lateFile: TextType = { is: 'text', late: true, format: 'file' }
export const fromEnv: TextType = { is: 'text', env: true }
export const command: TextType = { is: 'text', late: true, format: 'command' }
export const bool: AttributeType = { is: 'bool' }
export const any: AttributeType = { is: 'any' }
export const duration: AttributeType = { is: 'duration' }
export const durationOrZero: AttributeType = { is: 'duration', zero: true }
export const port: AttributeType = { is: 'number', whole: true, min: 1, max: 65_535 }
export const texts: AttributeType = { is: 'list', of: text }
export const lateTexts: AttributeType = { is: 'list', of: late }
export const textMap: AttributeType = { is: 'map', of: text }

export function whole(min: number, max?: number): AttributeType {
  return max === undefined ? { is: 'number', whole: true, min } : { is: 'number', whole: true, min, max }
}

export function oneOf(...values: string[]): TextType {
  return { is: 'text', oneOf: values }
}

export function block(doc: string, parts: Partial<Omit<BlockSchema, 'doc'>>): BlockSchema {
  return { doc, label: 'none', attributes: {}, blocks: {}, ...parts }
}
