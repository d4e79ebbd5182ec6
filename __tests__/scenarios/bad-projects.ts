import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { RunResult } from '../../scripts/testbed/run.ts'
import { snapshot } from '../e2e/files.ts'
import { plugin } from '../e2e/pyproject.ts'
import { badPyprojects } from '../poetry/files/bad-pyprojects.ts'
import type { AnyStage, OpenStage } from './stage.ts'

const parallel = 4

/** Letters, and line ends: nothing that a terminal acts upon. */
const harmless = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u
const isHarmless = (text: string): boolean => text.split('\n').every((line) => harmless.test(line))

const hostile = (name: string): string => `${name} \u001b[2J\u001b]0;owned\u0007\u009b1m\u202e\nerror: not ours`
const good = (name: string, repository: string): string => plugin({ name, repository })

type Bad = (typeof badPyprojects)[number]

/** One of each code. */
export const someBad = badPyprojects.filter(
  ({ code }, at) => badPyprojects.findIndex((one) => one.code === code) === at,
)

/** @param cases - a pyproject.toml each that is refused */
export function badProjectScenarios(open: OpenStage, cases: readonly Bad[] = badPyprojects): void {
  let stage: AnyStage
  let before: unknown
  const folders = new Map<string, string>()
  const results = new Map<string, RunResult>()

  beforeAll(async () => {
    stage = await open()
    await stage.caSync([])
    for (const [index, { title, content }] of cases.entries()) {
      const folder = await stage.makeProject(`bad-${index}`, '')
      await writeFile(join(folder, 'pyproject.toml'), content)
      folders.set(title, folder)
    }
    before = await evidence()
    const waiting = [...folders]
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        results.set(next[0], await stage.caSync(['--json'], { cwd: next[1] }))
    }
    await Promise.all(Array.from({ length: parallel }, worker))
  })
  afterAll(() => stage.close())

  /** Whatever a run could have changed or asked. */
  const evidence = async () => ({
    files: await snapshot(stage.home),
    entries: await stage.entries(),
    tokens: stage.tokens(),
  })

  test.each(cases)('$title', ({ title, code, says }) => {
    const { code: exit, stdout, stderr } = results.get(title) as RunResult
    expect(exit).toBe(3)
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({ sources: [], error: { code } })
    for (const part of [`${folders.get(title)}/pyproject.toml`, ...says]) {
      expect(stderr).toContain(part)
      expect(`${document.error.message}\n${document.error.hint}`).toContain(part)
    }
    expect([stdout, stderr].filter((text) => !isHarmless(text))).toEqual([])
    expect(stdout + stderr).not.toContain('hunter2')
  })

  test('none of them changed a file, asked AWS, or touched the keyring', async () => {
    expect(await evidence()).toEqual(before)
  })

  // A folder of a cloned project may have any name: one that clears the screen, say, if a terminal sees it.
  test.each([
    ['no source', '[tool.poetry]\n', ['sync', '--verbose'], 'NO_SOURCES'],
    ['no source, asked for its status', '[tool.poetry]\n', ['status', '--verbose'], 'NO_SOURCES'],
    ['no such source', good('fine', 'qa'), ['sync', '--source', hostile('x')], 'SOURCE_UNKNOWN'],
    ['no such folder', good('fine', 'qa'), ['sync', '--project', hostile('gone')], 'PROJECT_NOT_FOUND'],
    ['a broken poetry.toml', good('fine', 'qa'), ['sync'], 'POETRY_FILE_INVALID'],
  ])('a folder with a hostile name: %s', async (title, pyproject, words, code) => {
    const cwd = await stage.makeProject(hostile(title), pyproject)
    if (code === 'POETRY_FILE_INVALID') await writeFile(join(cwd, 'poetry.toml'), '[')
    const { stdout, stderr } = await stage.caSync([...words, '--json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } })
    expect([stdout, stderr].filter((text) => !isHarmless(text))).toEqual([])
    expect(stderr).not.toMatch(/^error: not ours/m)
  })

  test('a name that a project in such a folder has taken', async () => {
    const cwd = await stage.makeProject(hostile('owner'), good('taken', 'qa'))
    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0 })
    const { code, stdout, stderr } = await stage.caSync(['--json'], {
      cwd: await stage.makeProject('later', good('taken', 'prod')),
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ sources: [{ ready: true, publish: false }], error: null })
    expect(stderr).toContain('--local')
    expect([stdout, stderr].filter((text) => !isHarmless(text))).toEqual([])
  })
}
