import { expect, test } from 'vitest'
import { codesOf, loadText } from '../fixtures/load.ts'

function withEnvironment(lines: string): string {
  return `service "web" {\n  command = "true"\n  environment = {\n${lines}\n  }\n}\n`
}

test('a variable that no process can be given is refused by name, at its place', async () => {
  const { diagnostics, configuration } = await loadText(
    withEnvironment(`    SMALL = "x"\n    BIG = "${'x'.repeat(131_072)}"`),
  )
  expect(configuration).toBeUndefined()
  expect(diagnostics).toMatchObject([
    {
      code: 'too-long',
      line: 5,
      column: 11,
      message: 'BIG has 131,072 bytes; the system takes no variable that long.',
    },
  ])
})

test('the longest variable that the system takes is taken', async () => {
  const longest = 'x'.repeat(131_072 - 'BIG='.length - 1)
  expect(codesOf(await loadText(withEnvironment(`    BIG = "${longest}"`)))).toEqual([])
  expect(codesOf(await loadText(withEnvironment(`    BIG = "${longest}x"`)))).toEqual(['4:11 too-long'])
})

test('an environment of 3 MB is refused as a whole', async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `    V${index} = "${'x'.repeat(100_000)}"`).join('\n')
  expect(codesOf(await loadText(withEnvironment(lines)))).toEqual(['3:3 too-long'])
})

test('an argument that no program can be given is refused', async () => {
  const text = `service "web" {\n  command = "true"\n  args = ["x", "${'x'.repeat(131_072)}"]\n}\n`
  expect((await loadText(text)).diagnostics).toMatchObject([{ code: 'too-long', line: 3, column: 16 }])
})
