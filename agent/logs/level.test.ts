import { describe, expect, it } from 'vitest'
import { logLevels } from '../../contract/index.ts'
import { isAtLeast, levelHint, levelOf, withoutEscapes } from './level.ts'
import { fieldsOf } from './line.ts'

const stated: [string, string, string][] = [
  ['nothing', 'listening on port 3000', 'info'],
  ['logfmt', 'ts=1 level=warn msg="low disk"', 'warn'],
  ['logfmt in quotes', 'time="x" level="error" msg=y', 'error'],
  ['brackets', '[WARN] low disk', 'warn'],
  ['brackets with spaces', '2026-11-24 [warn ] low disk', 'warn'],
  ['nginx', '2026/11/24 08:00:00 [error] 7#7: *1 open() failed', 'error'],
  ['apache', '[Tue Nov 24] [core:warn] [pid 9] x', 'warn'],
  ['klog', 'E1124 08:00:00.000000       1 main.go:7] failed', 'error'],
  ['klog info', 'I1124 08:00:00.000000       1 main.go:7] ERROR is a word here', 'info'],
  ['systemd', '<3>disk failed', 'error'],
  ['python logging', '2026-11-24 08:00:00,123 - app - WARNING - low disk', 'warn'],
  ['python default', 'CRITICAL:root:gone', 'fatal'],
  ['log4j', '2026-11-24 08:00:00.000  WARN 1 --- [main] o.s.Boot : x', 'warn'],
  ['rust tracing', '2026-11-24T08:00:00Z  WARN app: low disk', 'warn'],
  ['go log', '2026/11/24 08:00:00 ERROR failed', 'error'],
  ['postgres', '2026-11-24 08:00:00 UTC [1] FATAL:  no such role', 'fatal'],
  ['npm', 'npm ERR! code ENOENT', 'error'],
  ['compiler', 'main.c:3: warning: unused variable', 'warn'],
  ['node', 'Error: Cannot find module', 'error'],
  ['node type error', 'TypeError: x is not a function', 'error'],
  ['java', 'java.lang.NullPointerException: x', 'error'],
  ['go panic', 'panic: runtime error', 'fatal'],
  ['python traceback', 'Traceback (most recent call last):', 'error'],
  ['rust panic', "thread 'main' panicked at src/main.rs:1:1", 'error'],
  ['colour', '\x1b[33mWARN\x1b[39m low disk', 'warn'],
  ['debug', 'DEBUG cache miss', 'debug'],
  ['trace', '[trace] entering', 'trace'],
  ['a word inside a word', 'terrorism report, forewarned', 'info'],
  ['a word in lower case', 'the error was corrected', 'info'],
  ['pino', '{"level":50,"msg":"x"}', 'error'],
  ['zap', '{"level":"warn","msg":"x"}', 'warn'],
  ['severity', '{"severity":"CRITICAL","message":"x"}', 'fatal'],
  ['serilog', '{"@l":"Warning","@m":"x"}', 'warn'],
  ['GELF', '{"level":3,"short_message":"x"}', 'error'],
  ['ECS', '{"log.level":"error","message":"x"}', 'error'],
  ['a number as text', '{"level":"40","msg":"x"}', 'warn'],
  ['JSON without a level', '{"msg":"ERROR is only said"}', 'info'],
  ['JSON with a level of its own', '{"level":"purple"}', 'info'],
]

describe('levelOf', () => {
  it.each(stated)('reads %s', (_name, text, level) => {
    expect(levelOf(text, fieldsOf(text))).toBe(level)
  })
})

describe('isAtLeast', () => {
  it('orders the levels as the contract does', () => {
    const sorted = [...logLevels].sort((a, b) => (isAtLeast(a, b) ? 1 : -1))
    expect(sorted).toEqual(logLevels)
  })
})

describe('levelHint', () => {
  it('finds every line that is bad enough', () => {
    for (const least of logLevels) {
      const hint = levelHint(least)
      for (const [name, text] of stated) {
        const level = levelOf(text, fieldsOf(text))
        if (hint && isAtLeast(level, least)) expect(hint.test(withoutEscapes(text)), `${least}: ${name}`).toBe(true)
      }
    }
  })
})

describe('fieldsOf', () => {
  it('takes a key such as __proto__ as data', () => {
    const fields = fieldsOf('{"__proto__":{"polluted":true},"a":1}')
    expect(Object.keys(fields ?? {})).toEqual(['__proto__', 'a'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('leaves what is no object, or too deep, as text', () => {
    expect(fieldsOf('[1]')).toBeUndefined()
    expect(fieldsOf('{"a":')).toBeUndefined()
    expect(fieldsOf('{ not json }')).toBeUndefined()
    expect(fieldsOf(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)).toBeUndefined()
    expect(fieldsOf(`{"a":"${'['.repeat(200)}"}`)).toEqual({ a: '['.repeat(200) })
  })
})
