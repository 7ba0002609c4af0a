import type { FunctionSpec } from './spec.ts'

function onNumber(usage: string, doc: string, change: (number: number) => number): FunctionSpec {
  return {
    usage,
    doc,
    parameters: ['number'],
    run: (args, call) => call.number(change(args.number(0)) + 0),
  }
}

function ofMany(usage: string, doc: string, choose: (numbers: readonly number[]) => number): FunctionSpec {
  return {
    usage,
    doc,
    parameters: ['number'],
    rest: 'number',
    run: (args, call) => call.number(choose(args.values.map((_, at) => args.number(at)))),
  }
}

export const numberFunctions: Readonly<Record<string, FunctionSpec>> = {
  abs: onNumber('abs(number)', 'The number without its sign.', Math.abs),
  ceil: onNumber('ceil(number)', 'The next whole number, upwards.', Math.ceil),
  floor: onNumber('floor(number)', 'The next whole number, downwards.', Math.floor),
  signum: onNumber('signum(number)', '-1, 0 or 1.', Math.sign),
  max: ofMany('max(numbers...)', 'The greatest of the numbers.', (numbers) => Math.max(...numbers)),
  min: ofMany('min(numbers...)', 'The least of the numbers.', (numbers) => Math.min(...numbers)),
  pow: {
    usage: 'pow(base, exponent)',
    doc: 'The base to that power.',
    parameters: ['number', 'number'],
    run: (args, call) => {
      const power = args.number(0) ** args.number(1)
      return Number.isFinite(power) ? call.number(power) : call.fail('This power is no number.', 'a smaller one')
    },
  },
  log: {
    usage: 'log(number, base)',
    doc: 'The logarithm to that base.',
    parameters: ['number', 'number'],
    run: (args, call) => {
      const logarithm = Math.log(args.number(0)) / Math.log(args.number(1))
      return Number.isFinite(logarithm)
        ? call.number(logarithm)
        : call.fail('There is no such logarithm.', 'two numbers above 0, the base not 1')
    },
  },
}
