// Needs a keyring.
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { type Box, openBox } from '../../scripts/testbed/box.ts'
import type { KeyringState } from '../../scripts/testbed/keyring.ts'
import { run } from '../../scripts/testbed/run.ts'
import { CLOSED, guard } from '../../src/vault/guard.ts'

jest.setTimeout(120_000)

let box: Box
afterEach(() => box.close())

const guarded = (env: Readonly<Record<string, string | undefined>>) =>
  run('/bin/sh', ['-c', `${guard('linux')}\necho it is open`], { env })

const open = { code: 0, stdout: 'it is open\n', stderr: '' }
const closed = { code: CLOSED, stdout: '', stderr: '' }

test.each<[KeyringState, object]>([
  ['unlocked', open],
  ['locked', closed],
  ['no-collection', closed],
  ['no-service', closed],
  ['no-bus', closed],
])('%s', async (keyring, expected) => {
  box = await openBox({ keyring })
  expect(await guarded(box.env)).toMatchObject(expected)
})

test('a keyring that does not answer', async () => {
  box = await openBox()
  box.stopKeyring()
  expect(await guarded(box.env)).toMatchObject(closed)
})

test.each([
  ['dbus-send', open],
  ['busctl', open],
  ['gdbus', open],
  ['no program that could ask', closed],
])('%s alone', async (asker, expected) => {
  box = await openBox()
  const bin = join(box.dir, 'only')
  await mkdir(bin)
  for (const program of ['timeout', asker]) await symlink(`/usr/bin/${program}`, join(bin, program))
  expect(await guarded({ ...box.env, PATH: bin })).toMatchObject(expected)
})

test('nothing asks on other systems', async () => {
  box = await openBox({ keyring: 'no-bus' })
  expect([guard('darwin'), guard('win32')]).toEqual(['', ''])
})
