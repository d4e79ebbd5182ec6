// Needs Poetry and a keyring.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { sharingSessions } from '../../../src/commands/sync/sessions.ts'
import type { PoetryKeyring } from '../../../src/core/ports/poetry-python.ts'
import {
  box,
  closeAll,
  codes,
  handover,
  handoverPids,
  host,
  keyring,
  request,
  token,
  venvWith,
  withBackend,
} from './handover-helpers.ts'

afterEach(closeAll)
jest.setTimeout(120_000)

type Options = Parameters<typeof handover>[1]

/** One run about several projects: how it opens a session for one of them, and how often Python was started for it. */
function sharedRun(at: Parameters<typeof handover>[0], options: Options = {}, projects: readonly string[] = []) {
  let starts = 0
  const open: PoetryKeyring['open'] = (_, projects) => {
    starts += 1
    return handover(at, { ...options, projects })
  }
  const shared = sharingSessions({ open } as PoetryKeyring, projects)
  return { open: () => shared.keyring.open({ python: 'python' }, [], true), close: shared.close, starts: () => starts }
}

test('one start serves all projects, and its end ends it', async () => {
  const at = await box()
  const run = sharedRun(at)
  for (const name of ['dev', 'shared', 'qa']) {
    const session = run.open()
    await session.probe()
    expect(await session.apply(request([name]))).toEqual({ ready: [name], failed: new Map() })
    session.close()
  }
  expect([run.starts(), handoverPids().length]).toEqual([1, 1])
  run.close()
  const late = run.open()
  await expect(late.probe()).rejects.toMatchObject({ code: 'KEYRING_FAILED' })
})

test('each project gets its own token, and what is in its way is told of it only', async () => {
  const at = await box()
  const run = sharedRun(at)
  expect((await run.open().apply(request(['dev']))).ready).toEqual(['dev'])
  await keyring(at, ['set', 'poetry-repository-dev', 'aws'], 'by hand')
  expect((await run.open().apply(request(['shared'], `${token}2`))).ready).toEqual(['shared'])
  expect(codes(await run.open().apply({ ...request(['dev'], `${token}2`), remove: [] }))).toEqual({
    dev: 'KEYRING_FAILED',
  })
  expect((await run.open().apply(request(['shared'], `${token}2`))).ready).toEqual(['shared'])
  run.close()
})

test('a project that never asked does not stand in the way of the next', async () => {
  const at = await box()
  const run = sharedRun(at)
  for (let n = 0; n < 3; n += 1) run.open().close()
  expect((await run.open().apply(request())).ready).toEqual(['dev'])
  run.close()
})

test('a keyring that is locked between two projects is seen before a token is asked for', async () => {
  const at = await box()
  const run = sharedRun(at)
  await run.open().probe()
  await at.lockKeyring()
  await expect(run.open().probe()).rejects.toMatchObject({ code: 'KEYRING_LOCKED' })
  await expect(run.open().probe()).rejects.toMatchObject({ code: 'KEYRING_LOCKED' })
  expect(run.starts()).toBe(1)
  run.close()
})

test('a Python that crashes at one project is started again for the next', async () => {
  const at = await box()
  const crash = `def set_password(self, service, username, password):
    if password == 'crash': os.abort()
    self.kept[service, username] = password`
  const run = sharedRun(at, await withBackend(at, crash))
  await run.open().probe()
  await expect(run.open().apply(request(['dev'], 'crash'))).rejects.toMatchObject({ code: 'KEYRING_FAILED' })
  expect((await run.open().apply(request(['shared']))).ready).toEqual(['shared'])
  expect(run.starts()).toBe(2)
  run.close()
})

test('nothing is imported from any of the projects', async () => {
  const at = await box()
  const marker = join(at.dir, 'imported')
  const hostile = join(at.home, 'hostile')
  await mkdir(hostile)
  for (const name of ['keyring', 'secretstorage', 'jeepney'])
    await writeFile(join(hostile, `${name}.py`), `open(${JSON.stringify(marker)}, 'a').write(${JSON.stringify(name)})`)
  const others = Array.from({ length: 50 }, (_, index) => join(at.home, `project-${index}`))
  const run = sharedRun(at, { python: await venvWith(at, hostile) }, [...others, hostile])
  expect((await run.open().apply(request())).ready).toEqual(['dev'])
  expect(existsSync(marker)).toBe(false)
  expect((await at.items()).map(({ attributes }) => attributes['service'])).toEqual([host])
  run.close()
})
