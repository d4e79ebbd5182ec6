import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { commands } from '../../src/cli/commands.ts'
import { parseLine } from '../../src/cli/line.ts'

test.each([
  [['--share', 'url'], [], { share: 'url' }],
  [['--share', 'url', '--json'], [], { share: 'url', json: true }],
  [['sync', '--share', 'host'], ['sync'], { share: 'host' }],
  [['doctor', '--share'], ['doctor'], { share: true }],
  [['doctor', '--share', '--json'], ['doctor'], { share: true, json: true }],
  [['-C', 'x', 'doctor', '--share'], ['doctor'], { share: true, project: 'x' }],
])('an option that two commands have is read as the command has it: %j', async (argv, words, values) => {
  expect(await parseLine(argv, commands)).toMatchObject({ words, values })
})

test('a line without options is its words, as it would be with an option behind them', async () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary-ascii' }).filter((text) => !text.startsWith('-')),
    fc.constantFrom(
      ...commands.map(({ name }) => name),
      '',
      '"quoted"',
      "'x'",
      'a=b',
      '1e3',
      '0x10',
      'true',
      '__proto__',
      'a.b',
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(word), async (words) => {
      const { values, ...plain } = await parseLine(words, commands)
      const { argv: _, values: given, ...parsed } = await parseLine([...words, '--json'], commands)
      expect({ ...plain, values }).toEqual({ ...parsed, argv: words, values: {} })
      expect(given).toEqual({ json: true })
    }),
  )
})
