import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { leftoverOf } from '../helpers/leftover.ts'
import { copyProgram, pieces } from './files.ts'
import { openStage } from './stage.ts'

jest.setTimeout(120_000)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-contents-'))
  await copyProgram(join(folder, 'dist'))
})
afterEach(() => rm(folder, { recursive: true }))

test('what is kept holds no value of a run: no token, no key, no word of a project, no place of a home', async () => {
  const stage = await openStage()
  const hostile = 'hostile-name-of-a-source'
  const project = await stage.makeProject('hostile-project', pluginTable({ name: hostile }))
  for (const words of [['--verbose'], ['status', '--json'], ['sources', '--verbose']])
    await run(process.execPath, [join(folder, 'dist/main.cjs'), ...words], { env: stage.env, cwd: project })
  await stage.close()

  const secrets = [
    ...stage.tokens().flatMap(pieces),
    stage.env['AWS_SECRET_ACCESS_KEY'],
    stage.env['AWS_ACCESS_KEY_ID'],
  ]
  expect(stage.tokens()).toHaveLength(1)
  const kept = await readFile(join(folder, 'dist/program.cache'))
  expect(kept.toString('latin1')).toMatch(/ sync status sources$/)
  for (const text of [...secrets, hostile, 'hostile-project', stage.home])
    for (const encoding of ['latin1', 'utf16le'] as const)
      expect([text, kept.includes(Buffer.from(text ?? '', encoding))]).toEqual([text, false])
})

test('a release holds nothing of what a run kept, or left when it was killed; installers of wheels know of the file', async () => {
  const built = (await readdir(join(folder, 'dist'), { recursive: true })).sort()
  for (const name of ['program.cache', leftoverOf('program.cache')]) await writeFile(join(folder, 'dist', name), 'kept')
  await cp(checkout('package.json'), join(folder, 'package.json'))
  for (const part of ['packaging', 'node_modules', 'README.md', 'LICENSE'])
    await symlink(checkout(part), join(folder, part))
  const at = { env: { ...process.env, HOME: folder }, cwd: folder }

  const packed = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], at)
  expect(packed.stdout).toContain('dist/program.cjs')
  expect(packed.stdout).not.toContain('program.cache')

  await mkdir(join(folder, 'build'))
  expect(await run(process.execPath, [checkout('scripts/release/stage-wheel.mjs'), 'build/pypi'], at)).toMatchObject({
    code: 0,
  })
  const staged = join(folder, 'build/pypi/ca_sync/program/dist')
  expect((await readdir(staged, { recursive: true })).sort()).toEqual([...built, 'program.cache'].sort())
  expect((await stat(join(staged, 'program.cache'))).size).toBe(0)
})
