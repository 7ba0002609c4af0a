import { expect, it } from 'vitest'
import { modeOf } from './mode.ts'

it('is what the option says, else the variable, else development', () => {
  expect(modeOf('test', 'production')).toBe('test')
  expect(modeOf(undefined, 'production')).toBe('production')
  expect(modeOf(undefined, '')).toBe('development')
  expect(modeOf(undefined, undefined)).toBe('development')
})

it('names the modes where it is none of them, and who said so', () => {
  expect(() => modeOf(undefined, 'prod')).toThrow('HXE_MODE is "prod". The modes are development, production, test.')
  expect(() => modeOf('prod', 'test')).toThrow(/^--mode is "prod"/)
})
