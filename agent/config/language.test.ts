// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codesOf, loadText, loadTexts, makeFolder, quietEnv } from './fixtures/load.ts'
import { toJson } from './functions/json.ts'
import { loadConfiguration } from './load.ts'
import { Problems } from './problems.ts'
import { readFile } from './syntax/body.ts'
import { Source } from './syntax/source.ts'
import { evaluate } from './values/evaluate.ts'
import { alone } from './values/scope.ts'

/** What an expression comes to, as JSON; or the code of the first mistake. */
function work(text: string): unknown {
  const source = new Source('a.hcl', `x = ${text}\n`)
  const problems = new Problems()
  const [item] = readFile(source).body.items
  if (item?.kind !== 'attribute') return 'unreadable'
  const value = evaluate(item.value, alone(source, problems))
  const [problem] = problems.sorted([])
  return value.kind === 'wrong' ? { wrong: problem?.code } : toJson(value)
}

test.each([
  // Operators bind and group as HCL has it.
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 - 4 - 3', 3],
  ['2 * 7 % 4', 2],
  ['-7 % 3', -1],
  ['7 / 2', 3.5],
  ['1 + 1 == 2 && !(1 > 2)', true],
  ['true || false && false', true],
  ['1 < 2 == true', true],
  ['-(2)', -2],
  ['"5" + 1', 6],
  ['!"false"', true],
  // Equality compares kind and content.
  ['1 == "1"', false],
  ['[1, 2] == [1, 2]', true],
  ['{ a = 1 } == { a = 2 }', false],
  ['null == null', true],
  ['"a" != null', true],
  // Conditionals make one kind of both sides.
  ['true ? 1 : 2', 1],
  ['false ? 1 : "b"', 'b'],
  ['true ? 1 : "b"', '1'],
  ['true ? null : "b"', null],
  ['1 == 1 ? [1] : []', [1]],
  // Indexes, attributes and splats.
  ['[1, 2, 3][1]', 2],
  ['["a", "b"]["1"]', 'b'],
  ['{ a = { b = 5 } }.a.b', 5],
  ['{ a = 1 }["a"]', 1],
  ['[{ n = 1 }, { n = 2 }][*].n', [1, 2]],
  ['[{ n = [1] }, { n = [2] }].*.n[0]', [1]],
  ['[{ n = [1] }, { n = [2] }][*].n[0]', [1, 2]],
  ['{ n = 1 }[*].n', [1]],
  ['null[*]', []],
  // Loops.
  ['[for x in [1, 2, 3] : x * 2]', [2, 4, 6]],
  ['[for i, x in ["a", "b"] : "${i}${x}"]', ['0a', '1b']],
  ['[for k, v in { b = 1, a = 2 } : k]', ['a', 'b']],
  ['{ for x in ["a", "b"] : x => upper(x) }', { a: 'A', b: 'B' }],
  ['{ for x in ["ab", "ac", "b"] : substr(x, 0, 1) => x... }', { a: ['ab', 'ac'], b: ['b'] }],
  ['[for x in [1, 2, 3, 4] : x if x % 2 == 0]', [2, 4]],
  ['[for x in [[1], [2, 3]] : [for y in x : y + 1]]', [[2], [3, 4]]],
  // Templates.
  ['"${1}"', 1],
  ['"a${1}${true}"', 'a1true'],
  ['"${"in ${"in"}"}"', 'in in'],
  ['"%{ if 1 < 2 }yes%{ else }no%{ endif }"', 'yes'],
  ['"%{ for x in [1, 2] }<${x}>%{ endfor }"', '<1><2>'],
  ['"%{ for i, x in ["a"] ~}  ${i}=${x}  %{~ endfor }"', '0=a'],
  ['"$${x} %%{y}"', '${x} %{y}'],
  ['"\\u00e9\\n\\t\\"\\\\"', 'é\n\t"\\'],
  ['<<-EOT\n    a\n      b\n    EOT', 'a\n  b\n'],
  ['<<EOT\n  a ${1 + 1}\nEOT', '  a 2\n'],
  // Numbers never show an exponent.
  ['"x${1000000000000 * 1000000000000}"', 'x1000000000000000000000000'],
  ['"x${0.1}"', 'x0.1'],
  // Objects.
  ['{ a = 1, "b" : 2, (upper("c")) = 3 }', { a: 1, b: 2, C: 3 }],
])('works out %s', (text, value) => {
  expect(work(text)).toEqual(value)
})

test.each([
  ['upper("aé")', 'AÉ'],
  ['title("hello big world")', 'Hello Big World'],
  ['trim("xxabxx", "x")', 'ab'],
  ['trimprefix("helloworld", "hello")', 'world'],
  ['trimsuffix("a.txt", ".txt")', 'a'],
  ['chomp("a\\n\\n")', 'a'],
  ['replace("a-b-c", "-", "_")', 'a_b_c'],
  ['substr("hello", -3, -1)', 'llo'],
  ['split(",", "a,b")', ['a', 'b']],
  ['join("-", ["a", 1], [true])', 'a-1-true'],
  ['format("%s is %03d, %.2f, %q, %t, %x%%", "x", 7, 1.5, "q", true, 255)', 'x is 007, 1.50, "q", true, ff%'],
  ['format("%-4s|%4s|", "a", "b")', 'a   |   b|'],
  ['length("e\\u0301")', 1],
  ['length({ a = 1 })', 1],
  ['concat([1], [2, 3])', [1, 2, 3]],
  ['concat([[1], [2]]...)', [1, 2]],
  ['merge({ a = 1, b = 1 }, { b = 2 })', { a: 1, b: 2 }],
  ['lookup({ a = 1 }, "b", 5)', 5],
  ['keys({ b = 1, a = 2 })', ['a', 'b']],
  ['values({ b = 1, a = 2 })', [2, 1]],
  ['contains(["a"], "a")', true],
  ['index(["a", "b"], "b")', 1],
  ['element(["a", "b"], 3)', 'b'],
  ['distinct([1, 2, 1])', [1, 2]],
  ['flatten([[1, [2]], 3])', [1, 2, 3]],
  ['compact(["a", "", null])', ['a']],
  ['sort(["b", "a"])', ['a', 'b']],
  ['reverse([1, 2])', [2, 1]],
  ['slice([1, 2, 3], 1, 3)', [2, 3]],
  ['range(3)', [0, 1, 2]],
  ['range(3, 0)', [3, 2, 1]],
  ['range(0, 10, 4)', [0, 4, 8]],
  ['zipmap(["a", "b"], [1, 2])', { a: 1, b: 2 }],
  ['coalesce(null, "", "x")', 'x'],
  ['setintersection([1, 2], [2, 3])', [2]],
  ['sum([1, 2, 3])', 6],
  ['max(1, 3, 2)', 3],
  ['floor(-1.5)', -2],
  ['parseint("ff", 16)', 255],
  ['jsonencode({ b = [1, null], a = "x" })', '{"a":"x","b":[1,null]}'],
  ['jsondecode("{\\"a\\": [1, true, null]}")', { a: [1, true, null] }],
  ['base64decode(base64encode("grün"))', 'grün'],
  ['urlencode("a b&c")', 'a%20b%26c'],
  ['sha256("")', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['basename("/a/b.txt")', 'b.txt'],
  ['try(jsondecode("{"), "other")', 'other'],
  ['can(1 / 0)', false],
  ['tonumber("12.5")', 12.5],
  ['tostring(true)', 'true'],
])('calls %s', (text, value) => {
  expect(work(text)).toEqual(value)
})

test.each([
  ['1 + "x"', 'wrong-type'],
  ['1 / 0', 'division-by-zero'],
  ['[1][1]', 'no-such-item'],
  ['{}.a', 'no-such-key'],
  ['[for x in 5 : x]', 'wrong-type'],
  ['{ for x in [1, 1] : x => x }', 'duplicate-key'],
  ['true ? [] : {}', 'wrong-type'],
  ['upper()', 'wrong-arguments'],
  ['nothing(1)', 'unknown-function'],
  ['range(0, 10, -1)', 'wrong-arguments'],
  ['range(10000000)', 'wrong-arguments'],
  ['format("%d", "x")', 'wrong-arguments'],
  ['parseint("9", 8)', 'wrong-arguments'],
  ['sum(["a"])', 'wrong-arguments'],
  ['"a${[1]}"', 'wrong-type'],
  ['{ for x in ["__proto__"] : x => 1 }', 'reserved-name'],
  ['jsondecode("{\\"__proto__\\": 1}").__proto__', 'reserved-name'],
  ['[for a in range(5000) : [for b in range(5000) : [for c in range(5000) : c]]]', 'too-much-work'],
])('refuses %s', (text, code) => {
  expect(work(text)).toEqual({ wrong: code })
})

test('variables come from the command line, a file of variables, the environment, their default', async () => {
  const folder = makeFolder({
    'a.hcl': [
      'variable "a" { default = "default" }',
      'variable "b" { default = "default" }',
      'variable "c" { default = "default" }',
      'variable "d" { default = "default" }',
      'service "web" {',
      '  command = "x ${var.a} ${var.b} ${var.c} ${var.d}"',
      '}',
    ].join('\n'),
    'given.vars': 'a = "file"\nb = "file"\n',
  })
  writeFileSync(join(folder.path, 'other.vars'), 'b = "${1 + 1}"\n')
  const { configuration, diagnostics } = await loadConfiguration({
    paths: [join(folder.path, 'a.hcl')],
    env: { ...quietEnv, HXE_VAR_a: 'env', HXE_VAR_b: 'env', HXE_VAR_c: 'env' },
    variables: { a: 'flag' },
    variableFiles: [join(folder.path, 'given.vars'), join(folder.path, 'other.vars')],
  })
  folder.remove()
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const words = configuration?.services.get('web')?.command.argv.map(({ parts }) => parts.join(''))
  expect(words).toEqual(['x', 'flag', '2', 'env', 'default'])
})

test('a given value is converted as the type of its variable asks', async () => {
  const text = [
    'variable "count" { type = "number" }',
    'variable "tags" { type = "list" }',
    'service "web" {',
    '  command = "x"',
    '  replicas = var.count',
    '  tags = var.tags',
    '}',
  ].join('\n')
  const variables = { count: '3', tags: '["a", "b"]' }
  const { configuration } = await loadText(text, { variables })
  expect(configuration?.services.get('web')).toMatchObject({ replicas: 3, tags: ['a', 'b'] })
  expect(codesOf(await loadText(text, { variables: { ...variables, count: 'x' } }))).toContain('1:1 wrong-type')
  expect(codesOf(await loadText(text, { variables: { ...variables, cuont: '1' } }))).toContain('1:1 unknown-variable')
})

test('locals refer to variables, to one another and to other files', async () => {
  const { configuration } = await loadTexts({
    'a.hcl': 'service "web" {\n  command = "x"\n  tags = local.all\n}\n',
    'b.hcl':
      'locals {\n  all = concat([local.first], ["b"])\n  first = var.name\n}\nvariable "name" { default = "a" }\n',
  })
  expect(configuration?.services.get('web')?.tags).toEqual(['a', 'b'])
})

test('a service takes over what its templates say, the nearer over the further', async () => {
  const { configuration } = await loadText(
    [
      'template "base" {\n  nice = 5\n  tags = ["base"]\n  restart {\n    policy = "always"\n    delay = "3s"\n  }\n}',
      'template "node" {\n  extends = "base"\n  command = "node app.js"\n  restart {\n    delay = "4s"\n  }\n}',
      'service "web" {\n  extends = "node"\n  tags = ["web"]\n}',
    ].join('\n'),
  )
  expect(configuration?.services.get('web')).toMatchObject({
    nice: 5,
    tags: ['web'],
    restart: { policy: 'always', delayMs: 4000 },
  })
})

test('what came from a sensitive variable is masked, whatever was made of it', async () => {
  const { configuration } = await loadText(
    [
      'variable "word" {\n  default = "canary"\n  sensitive = true\n}',
      'locals {\n  made = "x-${upper(var.word)}"\n  list = [for w in split(",", var.word) : w]\n}',
      'service "web" {',
      '  command = "x"',
      '  description = local.made',
      '  tags = local.list',
      '  environment = { PLAIN = "${local.made}!", MORE = join(",", local.list) }',
      '}',
    ].join('\n'),
  )
  const service = configuration?.services.get('web')
  expect([...(service?.environment.values() ?? [])].map(({ secret }) => secret)).toEqual([true, true])
  const told = configuration?.origins.filter(({ path }) => /description|tags|environment/.test(path))
  expect(told?.map(({ secret }) => secret)).toEqual([true, true, true, true])
})

test('file() reads beside its own file and nowhere outside', async () => {
  const folder = makeFolder({
    'conf/a.hcl': 'service "web" {\n  command = "x"\n  description = trimspace(file("teams/text.txt"))\n}\n',
    'conf/teams/text.txt': 'hello\n',
    'secret.txt': 'canary',
  })
  const path = join(folder.path, 'conf')
  const { configuration } = await loadConfiguration({ paths: [path], env: quietEnv })
  expect(configuration?.services.get('web')?.description).toBe('hello')
  writeFileSync(join(path, 'a.hcl'), 'service "web" {\n  command = file("../secret.txt")\n}\n')
  const refused = await loadConfiguration({ paths: [path], env: quietEnv })
  folder.remove()
  expect(JSON.stringify(refused.diagnostics)).toContain('leads out of the folder')
  expect(JSON.stringify(refused.diagnostics)).not.toContain('canary')
})

test('an environment variable can be worked with, and stays a reference where it is only put into a text', async () => {
  const text = 'service "web" {\n  command = "x ${env.NAME} ${upper(env.NAME)}"\n}\n'
  const { configuration } = await loadText(text, { env: { ...quietEnv, NAME: 'abc' } })
  const words = configuration?.services.get('web')?.command.argv.map(({ parts }) => parts)
  expect(words).toMatchObject([['x'], [{ from: 'env', name: 'NAME' }], ['ABC']])
})

const leaf = fc.oneof(
  fc.integer({ min: 0, max: 99 }).map(String),
  fc.constantFrom('true', 'null', '"a"', '[1, "b"]', '{ k = 1 }', 'x', 'env.HOME', 'local.y', '"${1}b"'),
)
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '&&', '||'),
        tie('expression'),
      )
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[for x in ${a} : ${b}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{ for k, x in ${a} : k => ${b} }`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}[${b}]`),
    tie('expression').map((a) => `"%{ if ${a} }<\${${a}}>%{ endif }"`),
    fc
      .tuple(
        fc.constantFrom('upper', 'length', 'keys', 'join', 'merge', 'flatten', 'range', 'jsonencode', 'try', 'format'),
        fc.array(tie('expression'), { maxLength: 3 }),
      )
      .map(([f, args]) => `${f}(${args.join(', ')})`),
  ),
}))

test('any expression comes to a value, or to a mistake that has been told', () => {
  fc.assert(
    fc.property(expression, (text) => {
      const source = new Source('a.hcl', `x = ${text}\n`)
      const problems = new Problems()
      const [item] = readFile(source).body.items
      if (item?.kind !== 'attribute') return
      const value = evaluate(item.value, alone(source, problems))
      const told = problems.sorted([]).filter(({ severity }) => severity === 'error')
      if (value.kind === 'wrong') expect(told.length).toBeGreaterThan(0)
      for (const { line, column } of told) expect([line > 0, column > 0]).toEqual([true, true])
    }),
    { numRuns: 2000 },
  )
})
