import { expect, test } from '@jest/globals'
import { commands } from '../../../src/cli/commands.ts'
import { parseLine } from '../../../src/cli/line.ts'
import { commandWords, optionWith } from '../../../src/core/words/quote.ts'

test.each([
  ['dev', '--profile dev'],
  ['-n', '--profile=-n'],
  ['--all', '--profile=--all'],
  ['-', '--profile=-'],
  ['my profile', "--profile 'my profile'"],
  ['- a b', "--profile='- a b'"],
  ["o'brien", "--profile 'o'\\''brien'"],
  ["-o'b", "--profile='-o'\\''b'"],
  ['a"b', `--profile 'a"b'`],
  ['$HOME', "--profile '$HOME'"],
  ['a=b', '--profile a=b'],
])('a profile %j is typed as %s, and read as itself', async (name, words) => {
  expect(optionWith('--profile', name)).toBe(words)
  const read = commandWords(`Type: ca-sync ${words}`) ?? []
  expect((await parseLine(read.slice(1), commands)).values['profile']).toBe(name)
})
