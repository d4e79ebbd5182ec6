import { expect, test } from '@jest/globals'
import { commands } from '../../src/cli/commands.ts'
import { parseLine } from '../../src/cli/line.ts'

test.each([
  [['--share', 'url'], [], { share: 'url' }],
  [['--share', 'url', '--json'], [], { share: 'url', json: true }],
  [['sync', '--share', 'host'], ['sync'], { share: 'host' }],
  [['doctor', '--share'], ['doctor'], { share: true }],
  [['doctor', '--share', '--json'], ['doctor'], { share: true, json: true }],
  [['-C', 'x', 'doctor', '--share'], ['doctor'], { share: true, project: 'x' }],
])('an option that two commands have is read as the command has it: %j', (argv, words, values) => {
  expect(parseLine(argv, commands)).toMatchObject({ words, values })
})
