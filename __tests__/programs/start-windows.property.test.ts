import { windowsStart } from '../../src/programs/start.ts'
import { fc } from '../helpers/property.ts'

const words = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'"\\^%!&|<>()[]*?;,=` ab1é', '\\\\"', '%PATH%', '!x!') }),
  fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\0\r\n]/g, '')),
)

/** cmd.exe with /s: without the outer quotes; a caret takes what follows it for itself. All else it would act upon must not be left. */
function cmdReads(line: string): string {
  const inner = line.slice(1, -1)
  expect(inner.replaceAll(/\^./g, '')).not.toMatch(/["%!&|<>()^]/)
  return inner.replaceAll(/\^(.)/g, '$1')
}

/** CommandLineToArgvW, as every program of Microsoft's C runtime splits its line. */
function argvReads(line: string): string[] {
  const found: string[] = []
  for (const [word] of line.matchAll(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g))
    found.push(
      word.replaceAll(
        /(\\*)"/g,
        (_, slashes: string) => '\\'.repeat(slashes.length / 2) + (slashes.length % 2 === 1 ? '"' : ''),
      ),
    )
  return found
}

test('a batch file gets its words as they are: neither cmd.exe nor the parser of a program acts upon them', () => {
  fc.assert(
    fc.property(fc.array(words), (all) => {
      const { words: given } = windowsStart('C:\\tools\\poetry.cmd', all, { ComSpec: 'C:\\cmd.exe' })
      expect(given.slice(0, 3)).toEqual(['/d', '/s', '/c'])
      const [program, ...rest] = argvReads(cmdReads(given[3] ?? ''))
      expect(program).toBe('C:\\tools\\poetry.cmd')
      expect(rest).toEqual(all)
    }),
  )
})
