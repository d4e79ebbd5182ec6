import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunOptions } from '../../scripts/testbed/run.ts'
import { describeError } from '../../src/commands/wording.ts'
import { dressed } from '../../src/core/words/look.ts'
import { openMemoryStage } from '../scenarios/memory-stage.ts'
import { elsewhere } from './elsewhere.ts'
import { errorOf, made } from './made.ts'
import { typed } from './typed.ts'

/** Where errors were made, as `files/edit.ts:35`. */
const met = new Set<string>()

const frame = /^ {4}at .*?\/src\/(\S+:\d+:\d+)\)?$/gm
const note = (stack = '') => {
  for (const [, place = ''] of stack.matchAll(frame)) met.add(place)
}

const nonsense =
  /undefined|\[object|\bNaN\b|(?<![/.])\bnull\b|wJalrXUtnFEMI|eyJ2ZXIi|non-option|Invalid values|Unknown argument/

/** An error as a person sees it: with a hint, in words, and on lines that fit but for a word that is too long. */
function expectSense(text: string, home = '') {
  expect(text).toMatch(/^error: [^\n]+\n {2}\S/m)
  expect(text).not.toMatch(nonsense)
  for (const columns of [60, 80]) {
    const lines = dressed(text, { width: columns, colour: false, unicode: true }, { platform: 'linux', home }).split(
      '\n',
    )
    const wide = lines.filter((line) => line.length > columns && /\S\s+\S/.test(line.trim()))
    expect(wide).toEqual([])
  }
}

const traced = /^(?:caused by: )?\w*Error: |^ {4}at |^\d+[:>]|^ +\^$/

test.each(typed.map(([line, code, says, type, arrange]) => ({ line, code, says, type, arrange })))(
  'ca-sync $line: $says',
  async ({ line, code, says, type, arrange }) => {
    const stage = await openMemoryStage()
    try {
      const call = ((await arrange?.(stage)) ?? {}) as Partial<RunOptions>
      const words = line.split(' ').filter(Boolean)
      const end = words.includes('--') ? words.indexOf('--') : words.length
      const ran = await stage.caSync(words.toSpliced(end, 0, '--verbose'), call)
      note(ran.stderr)
      const text = ran.stderr
        .split('\n')
        .filter((one) => !traced.test(one))
        .join('\n')
      expect({ text, code: ran.code }).toEqual({ text: expect.stringContaining(says), code })
      expect(text).toContain(type)
      expectSense(text, stage.home)
    } finally {
      await stage.close()
    }
  },
)

test.each(made)('%s (%i)', async (_, code, make) => {
  const error = await errorOf(make)
  for (let one: unknown = error; one instanceof Error; one = one.cause) note(one.stack)
  expect(error.exitCode).toBe(code)
  expectSense(describeError(error))
})

/** A new one is to be put into a table; those of `elsewhere` have a test of their own. */
test('each place in src that makes an error is in one of these tables', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const places = files.flatMap((name) => {
    const lines = readFileSync(join('src', name), 'utf8').split('\n')
    return lines.flatMap((line, at) =>
      line.includes('new CaSyncError(')
        ? [{ place: `${name}:${at + 1}`, text: lines.slice(at, at + 4).join('\n') }]
        : [],
    )
  })
  const missed = places.filter(({ place }) => ![...met].some((one) => one.startsWith(`${place}:`)))
  const told = Object.keys(elsewhere)
  expect(missed.filter(({ text }) => !told.some((part) => text.includes(part)))).toEqual([])
  expect(told.filter((part) => !missed.some(({ text }) => text.includes(part)))).toEqual([])
  expect(Object.values(elsewhere).filter((test) => !existsSync(join('__tests__', test)))).toEqual([])
})
