import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { oddPlaces } from '../helpers/odd-places.ts'
import { snapshot } from './files.ts'
import { services } from './keyring.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
const sync = async () => expect(await stage.caSync([])).toMatchObject({ code: 0 })
beforeAll(async () => {
  stage = await openStage()
  await sync()
})
afterAll(() => stage.close())

const at = (name: string) => join(stage.state, name)

describe('a state of a newer version', () => {
  const refused = {
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(/^error: A newer ca-sync than this one wrote .*\/state\.json\.\n {2}.*update/),
  }
  const text = '{"version": 2, "projects": ["of another kind"]}\n'
  beforeEach(() => writeFile(at('state.json'), text))

  test('is left alone, and it is said what to do', async () => {
    const look = async () => [await snapshot(stage.state), await snapshot(stage.config), await services(stage)]
    const before = await look()
    const jobs = [['--all'], ['--all', '--unattended', '--quiet'], ['watch']]
    const looks = [['status'], ['sources'], ['policy'], ['schedule', 'status'], ['--dry-run']]
    for (const words of [[], ['--force'], ...jobs, ...looks, ['logout'], ['logout', '--all']])
      expect([words, await stage.caSync(words)]).toEqual([words, { ...refused, signal: null }])
    expect(await look()).toEqual(before)
  })

  test('what works without it works, and keeps nothing', async () => {
    const before = await snapshot(stage.state)
    expect(await stage.caSync(['exec', '--', 'printenv', 'POETRY_HTTP_BASIC_DEV_USERNAME'])).toMatchObject({
      ...{ code: 0, stdout: 'aws\n', stderr: expect.stringMatching(/^warning: .*A newer ca-sync/) },
    })
    expect(await stage.caSync(['env', '--format', 'json'])).toMatchObject({ code: 0 })
    expect(await stage.caSync(['doctor', '--offline'])).toMatchObject({
      code: 6,
      stdout: expect.stringContaining('A newer ca-sync'),
    })
    expect(await stage.caSync(['hook', 'bash'])).toMatchObject({ code: 0, stderr: '' })
    expect(await snapshot(stage.state)).toEqual(before)
  })
})

async function place(name: string, put: (path: string) => Promise<unknown>): Promise<void> {
  await rm(at(name), { recursive: true, force: true })
  await put(at(name))
}

describe('in place of state.json', () => {
  test.each(Object.entries(oddPlaces))('%s: nobody hangs, and it is told', async (name, put) => {
    await place('state.json', put)
    const before = await stat(at('state.json')).catch(() => undefined)
    for (const words of [
      [],
      ['--all', '--unattended', '--quiet'],
      ['status'],
      ['logout', '--all'],
      ['exec', '--', 'true'],
      ['doctor', '--offline'],
    ]) {
      const { code, signal, stdout, stderr } = await stage.caSync(words, { timeoutMs: 30_000 })
      if (name === 'a link that leads nowhere') {
        expect([words, signal, /\bbug\b/.test(stderr)]).toEqual([words, null, false])
        continue
      }
      const expected = { exec: [0, /^$/], doctor: [6, /Cannot read .*state\.json/] }[words[0] ?? ''] ?? [
        3,
        /^error: Cannot read .*state\.json: .*\n {2}.+, then run ca-sync again\.\n$/,
      ]
      expect([words, signal, code, words[0] === 'doctor' ? stdout : stderr]).toEqual([
        words,
        null,
        expected[0],
        expect.stringMatching(expected[1] as RegExp),
      ])
    }
    if (before !== undefined) expect((await stat(at('state.json'))).ino).toBe(before.ino)
  })
})

describe('in place of what is beside it', () => {
  beforeEach(async () => {
    await rm(stage.state, { recursive: true })
    await sync()
  })

  test.each(['next', 'notice', 'lock', 'lock.breaking', 'lock.wanted'])('a pipe in place of %s goes', async (name) => {
    await place(name, oddPlaces['a pipe'] ?? mkdir)
    expect(await stage.caSync(['--force'], { timeoutMs: 30_000 })).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(await readdir(stage.state)).toEqual(['next', 'state.json'])
    expect((await stat(at('next'))).isFile()).toBe(true)
  })

  test.each(['next', 'lock'])('a folder in place of %s is told of', async (name) => {
    await place(name, (path) => mkdir(join(path, 'deep'), { recursive: true }))
    expect(await stage.caSync(['--force'])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^error: Cannot write .*: a folder of that name is in the way\.\n {2}Move .*\n$/),
    })
    await rm(at(name), { recursive: true })
    expect(await stage.caSync(['--force'])).toMatchObject({ code: 0, stderr: '' })
  })
})

// Of a folder that nobody can make, /proc says that the one above is not there.
test.each(['CA_SYNC_STATE_DIR', 'XDG_STATE_HOME'])('%s where no folder can be made: told, and over', async (name) => {
  const env = { ...stage.env, [name]: '/proc/nowhere' }
  const result = await stage.caSync(['--force'], { env, timeoutMs: 30_000 })
  expect(result).toMatchObject({ code: 3, signal: null, stderr: expect.stringMatching(/^error: .*\/proc\/nowhere/) })
})
