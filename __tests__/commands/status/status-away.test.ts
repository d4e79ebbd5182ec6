import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { documentOf, eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const away = (folder: string) => rename(folder, `${folder}-away`)

test.each([
  ['its folder went', away, 'has no pyproject.toml now, and is forgotten in 7 days.'],
  [
    'its pyproject.toml went',
    (folder: string) => rm(join(folder, 'pyproject.toml')),
    'has no pyproject.toml now, and is forgotten in 7 days.',
  ],
  ['its drive went', (folder: string) => away(dirname(folder)), 'cannot be reached now.'],
] as const)('status --all says of a project what --all says: %s', async (_, spoil, what) => {
  const drive = join(stage().home, 'drive')
  await mkdir(drive)
  const [project, cwd] = [join(drive, 'one'), stage().home]
  await rename(stage().project, project)
  expect((await stage().caSync([], { cwd: project })).code).toBe(0)
  await spoil(project)
  const hint = `If it is gone for good, type: ca-sync logout -C ${project}`
  for (const _once of [1, 2]) {
    const { sources } = documentOf(await stage().caSync(['status', '--all', '--json'], { cwd }))
    expect(sources[0]).toMatchObject({ ready: false, error: { message: `${project} ${what}`, hint } })
    expect((await stage().caSync(['--all'], { cwd })).stderr).toContain(`${project} ${what} ${hint}`)
  }
})
