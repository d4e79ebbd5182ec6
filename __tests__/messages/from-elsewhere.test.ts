import { resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import type { RunOptions } from '../../scripts/testbed/run.ts'
import { fixesOf } from '../../src/commands/documents.ts'
import { placed } from '../../src/core/words/quote.ts'
import { openMemoryStage } from '../scenarios/memory-stage.ts'
import { errorOf, made } from './made.ts'
import { typed } from './typed.ts'

/** Lines about one project, which is that of the folder. */
const about = typed.filter(
  ([line]) => !/(?:^| )(?:-C|--all|hook|completion|uninstall|schedule|stauts|--store)(?: |$)/.test(line),
)

/** Where a hint has the name: a command, but for what stands before it or after it. */
const mention = /(?<![\w/.-])(?<!\b(?:of|service|install|reinstall|global|g) )ca-sync\b(?:(?! -- |\. )[^\n`;])*/g
const exceptions: readonly (readonly [why: string, what: RegExp])[] = [
  ['what names a project', / (?:-C|--project)\b/],
  ['what is about all, or about the program', / --(?:all|help|version)\b/],
  ['commands that are about no project', /^ca-sync (?:hook|schedule|completion|uninstall)\b/],
  ['what was typed, once more', /^ca-sync (?:again\b|in (?:a terminal of )?your desktop\b)/],
  ['other projects', /^ca-sync in your (?:other )?projects\b/],
  ['a file, or the verb of a sentence', /^ca-sync(?:[/'.]|, for Poetry and PDM| (?:has|checks)\b)/],
]

/** The commands that a text would have a person type about the folder's project, but for one who is elsewhere. */
const homesick = (text: string): string[] =>
  (text.replace(/^(?:error|warning): .*/gm, '').match(mention) ?? []).filter(
    (one) => !exceptions.some(([, what]) => what.test(one)),
  )

test.each(about.map(([line, code, says, , arrange]) => ({ line, code, says, arrange })))(
  'what to type works from elsewhere, too: ca-sync $line: $says',
  async ({ line, code, arrange }) => {
    const stage = await openMemoryStage()
    try {
      const call = ((await arrange?.(stage)) ?? {}) as Partial<RunOptions>
      if (call.cwd === '') return
      const folder = resolve(call.cwd ?? stage.project)
      const words = line.split(' ').filter(Boolean)
      const end = words.includes('--') ? words.indexOf('--') : words.length
      const run = (...more: string[]) =>
        stage.caSync(words.toSpliced(end, 0, '-C', folder, ...more), { ...call, cwd: stage.home })
      const ran = await run()
      expect(ran.code).toBe(code)
      expect(homesick(ran.stderr)).toEqual([])
      const json = await run('--json')
      const document = JSON.parse(json.stdout || '{}')
      expect(homesick(hintsOf(document))).toEqual([])
      expect(document.fixes ?? []).toEqual(fixesOf([hintsOf(document)]))
    } finally {
      await stage.close()
    }
  },
)

test.each(made)('so does what is rare: %s', async (_, _code, make) => {
  expect(homesick(placed((await errorOf(make)).hint, ' -C X'))).toEqual([])
})

/** @param document - of a run that failed as a whole, or of one whose sources did */
const hintsOf = ({
  error,
  sources = [],
}: {
  error?: { hint: string }
  sources?: { error?: { hint: string } }[]
}): string => error?.hint ?? sources.flatMap((source) => source.error?.hint ?? [])[0] ?? ''

test.each([
  [['doctor', '--offline'], 'All \\d+ checks: ca-sync doctor -v -C FOLDER\n'],
  [[], 'If Poetry says otherwise, type: ca-sync doctor -C FOLDER\n'],
])('so does what is no error: %j', async (words, says) => {
  const stage = await openMemoryStage()
  try {
    const run = (...more: readonly string[]) => stage.caSync([...more, '-C', stage.project], { cwd: stage.home })
    if (words.length === 0) await run()
    expect((await run(...words)).stdout).toMatch(new RegExp(says.replace('FOLDER', stage.project)))
  } finally {
    await stage.close()
  }
})
