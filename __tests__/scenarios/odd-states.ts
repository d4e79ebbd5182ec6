import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import type { RunResult } from '../../scripts/testbed/run.ts'
import type { State } from '../../src/core/memory/state.ts'
import { readState } from '../../src/core/memory/state-shape.ts'
import { put } from '../core/memory/odd-states.ts'
import type { AnyStage, OpenStage } from './stage.ts'

/** Commands that only look, or do one thing; `exec` and `env` work whatever is remembered. */
const looking = [
  ['status'],
  ['status', '--json'],
  ['sources'],
  ['policy'],
  ['doctor', '--offline'],
  ['schedule', 'status'],
  ['--dry-run'],
  ['--all', '--dry-run'],
  ['logout', '-s', 'nobody'],
]
export const serving = [
  ['exec', '--', process.execPath, '-e', ''],
  ['env', '--format', 'json'],
]
const syncing = [[], ['--force'], ['--all'], ['--all', '--unattended', '--quiet']]

/** Whatever is wrong, it is told as such: not as a bug, nor as what no person can read. */
export function expectSense(words: readonly string[], { code, signal, stdout, stderr }: RunResult): void {
  const nonsense = /.*(?:\bbug\b|undefined|\bNaN|\[object|Invalid Date).*/.exec(`${stdout}\n${stderr}`)?.[0]
  expect({ words, signal, nonsense, failed: code === 1 }).toEqual({
    words,
    signal: null,
    nonsense: undefined,
    failed: false,
  })
}

type Change = (text: string, project: string) => string | Buffer
const at =
  (place: (state: State, project: string) => readonly string[], json?: string): Change =>
  (text, project) => {
    const state: State = JSON.parse(text)
    return put(state, place(state, project), json)
  }
const inProject =
  (...path: string[]) =>
  (_: State, project: string) => ['projects', project, ...path]
const firstOf = (table: object): string => Object.keys(table)[0] ?? ''
const emptied = (text: string): string => {
  const { version, ...tables } = JSON.parse(text)
  return JSON.stringify({ version, ...Object.fromEntries(Object.keys(tables).map((name) => [name, []])) })
}

/** Each stands for its kind. All that is still there of what was remembered is enough for `logout`. */
const partly: [name: string, change: Change][] = [
  ['another project is an empty record', at(() => ['projects', '/elsewhere'], '{}')],
  ['this project is no record', at(inProject(), '5')],
  ['this project has no sources', at(inProject('sources'), 'null')],
  ['a source without its identity', at(inProject('sources', '0', 'identity'))],
  ['a Python that is relative', at(inProject('poetry', 'python'), '"bin/python"')],
  [
    'times that are none',
    at(({ tokens }) => ['tokens', firstOf(tokens)], '{"issuedAt":-1,"expiresAt":"9999-12-31T23:59:59Z"}'),
  ],
  ['a failure that is none', at(inProject('failure'), '{"code":"X"}')],
  [
    'what exec knows is half',
    at((_, project) => ['served', project], '{"sources":[],"ready":{"inputs":{},"renewAt":9e9}}'),
  ],
  [
    'keys of every object',
    (text) =>
      text.replace('"names": {', '"__proto__": {"version": 1}, "names": {"constructor": 1, "__proto__": {"a": 1}, '),
  ],
  ['a newer table, ten thousand deep', at(() => ['later'], `${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
  ['a byte-order mark', (text) => `\ufeff${text}`],
]
const wholly: [name: string, change: Change][] = [
  ['every table is an array', emptied],
  ['cut off', (text) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['a version that is a text', (text) => text.replace('"version": 1', '"version": "1"')],
]

export const oddStates = [...partly, ...wholly]
/** One of each kind. */
export const someOddStates = [partly, wholly].flatMap(([first]) => (first === undefined ? [] : [first]))

/** A stage whose state file is good, and can be damaged. */
export function damaged(open: OpenStage) {
  let stage: AnyStage
  let second: string
  /** The state after two projects were synced. */
  let good: string
  const file = () => join(stage.state, 'state.json')
  const syncBoth = async () => {
    for (const cwd of [second, stage.project])
      expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: expect.not.stringContaining('error: ') })
  }
  beforeAll(async () => {
    stage = await open()
    second = await stage.makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
  })
  afterAll(() => stage.close())
  return {
    stage: () => stage,
    syncBoth,
    async startAfresh() {
      await rm(stage.state, { recursive: true, force: true })
      await syncBoth()
      expect(await stage.caSync(serving[0] ?? [])).toMatchObject({ code: 0 })
      good = await stage.read(file())
    },
    damage: (change: Change) => writeFile(file(), change(good, stage.project)),
    state: async () => readState(JSON.parse(await stage.read(file()))),
  }
}

type Damaged = ReturnType<typeof damaged>

export async function expectMended({ stage, state }: Damaged): Promise<void> {
  expect(await stage().caSync([])).toMatchObject({ code: 0 })
  expect(await state()).toMatchObject({ state: { projects: { [stage().project]: {} } }, damage: [] })
  expect(await stage().caSync([])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nothing to do: 3 sources/),
    stderr: '',
  })
  expect(await stage().caSync(['status'])).toMatchObject({ code: 0 })
}

export function oddStateScenarios(open: OpenStage, cases = oddStates): void {
  const lab = damaged(open)
  const { stage } = lab

  describe.each(cases)('a state: %s', (name, change) => {
    beforeAll(lab.startAfresh)

    test('no command takes it for a bug', async () => {
      for (const words of [...looking, ...serving, ...syncing]) {
        await lab.damage(change)
        const result = await stage().caSync(words)
        expectSense(words, result)
        if (serving.includes(words)) expect([words, result.code]).toEqual([words, 0])
      }
    })

    test('the next run mends it', async () => {
      await lab.damage(change)
      await expectMended(lab)
    })

    test('logout removes all that is remembered, and says so where nothing is', async () => {
      await lab.damage(change)
      const result = await stage().caSync(['logout', '--all'])
      expectSense(['logout', '--all'], result)
      if (wholly.some(([one]) => one === name) && result.code !== 0) {
        expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing was removed.') })
        await lab.syncBoth()
        expect(await stage().caSync(['logout', '--all'])).toMatchObject({ code: 0 })
      }
      expect([await stage().entries(), await readdir(stage().state)]).toEqual([{}, []])
    })
  })
}
