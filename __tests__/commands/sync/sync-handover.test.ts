import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn, hostOf } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const fail = async () => {
  throw new CaSyncError('KEYRING_SILENT', 'The keyring does not answer.', { hint: 'Log out and in again.' })
}
const remembered = async () => JSON.parse(await stage().read(join(stage().state, 'state.json')))
const renewing = async () => {
  expect((await stage().caSync([])).code).toBe(0)
  await stage().letPass(9)
}

test.each<[string, () => Promise<void>, string[]]>([
  ['a first run', async () => undefined, []],
  ['a renewal by hand', renewing, []],
  ['a renewal by a job', renewing, ['--all', '--unattended']],
  ['--force', renewing, ['--force']],
])(
  'a handover that fails at once, while its record is being written, is no failure forgotten: %s',
  async (_, before, words) => {
    await before()
    stage().atHandover(fail)
    expect(await stage().caSync(words)).toMatchObject({ code: 5, stderr: expect.stringContaining('does not answer') })
    const { projects, tokens } = await remembered()
    expect(projects[stage().project].failure).toMatchObject({ code: 'KEYRING_SILENT', count: 1 })
    expect(Object.keys(tokens)).toHaveLength(1)
    expect((await readdir(stage().state)).filter((name) => /lock|\.ca-sync-/.test(name))).toEqual([])
  },
)

test.each([[[]], [['--all', '--unattended']]])(
  "a record that cannot be written does not end Poetry's Python in the middle of its writing: ca-sync %j",
  async (words) => {
    await renewing()
    await rm(join(stage().state, 'next'))
    await mkdir(join(stage().state, 'next'))
    await writeFile(join(stage().state, 'next/kept'), '')
    stage().atHandover(() => sleep(100))
    expect(await stage().caSync(words)).toMatchObject({ code: 3, stderr: expect.stringContaining('next') })
    expect(await stage().entries()).toMatchObject({ [hostOf(stage())]: stage().tokens().at(-1) })
  },
)
