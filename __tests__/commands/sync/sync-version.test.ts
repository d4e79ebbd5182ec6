import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { pluginTable } from '../../../scripts/example-project.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const declared = (name: string) => `[project]\nname = "one"\nversion = "1"\n${pluginTable({ name })}`

/** Projects of one Python, whose records say these versions of Poetry, each at its hour. */
async function remembering(records: readonly (readonly [project: string, version: string, hour: number])[]) {
  const file = join(stage().state, 'state.json')
  for (const [name] of records) {
    const cwd = await stage().makeProject(name, declared('dev'))
    expect((await stage().caSync([], { cwd })).code).toBe(0)
  }
  const { seal: _, ...state } = JSON.parse(await stage().read(file))
  for (const [name, version, hour] of records) {
    const record = state.projects[Object.keys(state.projects).find((folder) => folder.endsWith(name)) ?? '']
    Object.assign(record, { ranAt: `2026-03-02T0${hour}:00:00.000Z` })
    record.poetry.version = version
  }
  await writeFile(file, JSON.stringify(state))
}

// Before 2.4 Poetry reads a name with a dot as a nested table.
test.each([
  [
    'the older came first',
    'the newer version',
    [
      ['one', '1.8.5', 1],
      ['two', '2.5.0', 2],
    ],
    0,
  ],
  [
    'the older came last',
    'the newer version',
    [
      ['one', '2.5.0', 2],
      ['two', '1.8.5', 1],
    ],
    0,
  ],
  [
    'Poetry went back',
    'the older version',
    [
      ['one', '2.5.0', 1],
      ['two', '1.8.5', 2],
    ],
    3,
  ],
  [
    'Poetry went back, the first knows',
    'the older version',
    [
      ['one', '1.8.5', 2],
      ['two', '2.5.0', 1],
    ],
    3,
  ],
] as const)(
  'a project that asks no Poetry takes its version from the latest run: %s, %s',
  async (_, __, records, code) => {
    await remembering(records)
    const cwd = await stage().makeProject('new', declared('team.dev'))
    const ran = await stage().caSync(['--store', 'plaintext'], { cwd })
    expect(ran).toMatchObject({
      code,
      stderr: code === 0 ? expect.not.stringContaining('before 2.4') : expect.stringContaining('before 2.4'),
    })
  },
)

test('its own record may be the older one', async () => {
  await remembering([
    ['one', '1.8.5', 1],
    ['two', '2.5.0', 2],
  ])
  const cwd = await stage().makeProject('one', declared('team.dev'))
  expect((await stage().caSync(['--store', 'plaintext'], { cwd })).code).toBe(0)
})

test.each([['keyring'], ['plaintext'], ['exec']])(
  'what an upgraded Poetry refused before, it takes: --store %s',
  async (store) => {
    const table = `${declared('dev')}\n[tool.poetry]\nrequires-poetry = ">=2.5.1"\n`
    const cwd = await stage().makeProject('one', table)
    const told = async (...words: string[]) => (await stage().caSync(words, { cwd })).stderr.includes('refuses')
    stage().packages.set('poetry', '2.5.0')
    expect([await told('--store', store), await told(), await told('status')]).toEqual([true, true, true])
    stage().packages.set('poetry', '2.5.1')
    expect([await told(), await told('status'), await told()]).toEqual([false, false, false])
  },
)
