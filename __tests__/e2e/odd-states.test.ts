import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import type { State } from '../../src/core/memory/state.ts'
import { readState } from '../../src/core/memory/state-shape.ts'
import { put } from '../core/memory/odd-states.ts'
import { services } from './keyring.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(300_000)

let stage: Stage
let second: string
/** The state after two projects were synced. */
let good: string
beforeAll(async () => {
  stage = await openStage()
  second = await stage.makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
})
afterAll(() => stage.close())

const file = () => join(stage.state, 'state.json')
const isState = async () => readState(JSON.parse(await stage.read(file())))

async function startAfresh(): Promise<void> {
  await rm(stage.state, { recursive: true, force: true })
  for (const cwd of [second, stage.project]) expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0 })
  expect(await stage.caSync(['exec', '--', 'true'])).toMatchObject({ code: 0 })
  good = await stage.read(file())
}

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
const serving = [
  ['exec', '--', 'true'],
  ['env', '--format', 'json'],
]
const syncing = [[], ['--force'], ['--all'], ['--all', '--unattended', '--quiet']]

/** Whatever is wrong, it is told as such: not as a bug, nor as what no person can read. */
function expectSense(words: readonly string[], { code, signal, stdout, stderr }: RunResult): void {
  const nonsense = /.*(?:\bbug\b|undefined|\bNaN|\[object|Invalid Date).*/.exec(`${stdout}\n${stderr}`)?.[0]
  expect({ words, signal, nonsense, failed: code === 1 }).toEqual({
    words,
    signal: null,
    nonsense: undefined,
    failed: false,
  })
}

/** A watch, until it sleeps. */
async function watch(): Promise<RunResult> {
  const result = await run('timeout', ['-s', 'TERM', '4', 'ca-sync', 'watch'], { env: stage.env, cwd: stage.project })
  return { ...result, code: result.code === 124 ? 0 : result.code }
}

type Change = (text: string) => string | Buffer
const at =
  (place: (state: State) => readonly string[], json?: string): Change =>
  (text) => {
    const state: State = JSON.parse(text)
    return put(state, place(state), json)
  }
const here = () => stage.project
const firstOf = (table: object): string => Object.keys(table)[0] ?? ''
const emptied = (text: string): string => {
  const { version, ...tables } = JSON.parse(text)
  return JSON.stringify({ version, ...Object.fromEntries(Object.keys(tables).map((name) => [name, []])) })
}

/** Each stands for its kind. All that is still there of what was remembered is enough for `logout`. */
const partly: [string, Change][] = [
  ['another project is an empty record', at(() => ['projects', '/elsewhere'], '{}')],
  ['this project is no record', at(() => ['projects', here()], '5')],
  ['this project has no sources', at(() => ['projects', here(), 'sources'], 'null')],
  ['a source without its identity', at(() => ['projects', here(), 'sources', '0', 'identity'])],
  ['a Python that is relative', at(() => ['projects', here(), 'poetry', 'python'], '"bin/python"')],
  [
    'times that are none',
    at(({ tokens }) => ['tokens', firstOf(tokens)], '{"issuedAt":-1,"expiresAt":"9999-12-31T23:59:59Z"}'),
  ],
  ['a failure that is none', at(() => ['projects', here(), 'failure'], '{"code":"X"}')],
  ['what exec knows is half', at(() => ['served', here()], '{"sources":[],"ready":{"inputs":{},"renewAt":9e9}}')],
  [
    'keys of every object',
    (text) =>
      text.replace('"names": {', '"__proto__": {"version": 1}, "names": {"constructor": 1, "__proto__": {"a": 1}, '),
  ],
  ['a newer table, ten thousand deep', at(() => ['later'], `${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
  ['a byte-order mark', (text) => `\ufeff${text}`],
]
const wholly: [string, Change][] = [
  ['every table is an array', emptied],
  ['cut off', (text) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['a version that is a text', (text) => text.replace('"version": 1', '"version": "1"')],
]

const watched = new Set([partly, wholly].map(([first]) => first?.[0]))

describe.each([...partly, ...wholly])('a state: %s', (name, change) => {
  const damage = async () => writeFile(file(), change(good))
  beforeAll(startAfresh)

  test('no command takes it for a bug', async () => {
    for (const words of [...looking, ...serving, ...syncing]) {
      await damage()
      const result = await stage.caSync(words)
      expectSense(words, result)
      if (serving.includes(words)) expect([words, result.code]).toEqual([words, 0])
    }
    if (!watched.has(name)) return
    await damage()
    expectSense(['watch'], await watch())
  })

  test('the next run mends it', async () => {
    await damage()
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await isState()).toMatchObject({ state: { projects: { [stage.project]: {} } }, damage: [] })
    expect(await stage.caSync([])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nothing to do: 3 sources/),
      stderr: '',
    })
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  })

  test('logout removes all that is remembered, and says so where nothing is', async () => {
    await damage()
    const result = await stage.caSync(['logout', '--all'])
    expectSense(['logout', '--all'], result)
    if (wholly.some(([one]) => one === name) && result.code !== 0) {
      expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing was removed.') })
      for (const cwd of [second, stage.project]) expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0 })
      expect(await stage.caSync(['logout', '--all'])).toMatchObject({ code: 0 })
    }
    expect([await services(stage), await readdir(stage.state)]).toEqual([[], []])
  })
})
