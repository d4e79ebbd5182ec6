import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { age } from './aging.ts'
import { minted } from './keyring.ts'
import { keyless, user } from './people.ts'
import { plugin, pyproject } from './pyproject.ts'
import { openSso } from './sso.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
afterEach(() => stage.close())

const key = user('kim')
const asked = (): string => join(stage.home, 'asked')

/** A profile whose keys a program gives, which leaves a trace; `role`: by another profile that builds on it. */
async function writeProgram(role = false) {
  const answer = JSON.stringify({ Version: 1, AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey })
  const program = join(stage.home, 'give-keys')
  await writeFile(program, `#!/bin/sh\necho asked >>'${asked()}'\necho '${answer}'\n`, { mode: 0o755 })
  await mkdir(join(stage.home, '.aws'), { recursive: true })
  const reader = `[profile work]\nrole_arn = arn:aws:iam::564131876131:role/reader\nsource_profile = base\n`
  const base = role ? `${reader}[profile base]` : '[profile work]'
  await writeFile(join(stage.home, '.aws/config'), `${base}\ncredential_process = ${program}\n`)
  return { ...keyless(stage), AWS_PROFILE: 'work' }
}

const emulator = { users: [key], roles: [{ arn: 'arn:aws:iam::564131876131:role/reader', trusted: ['564131876131'] }] }
const locked = { code: 5, stderr: expect.stringContaining('keyring is locked') }

test.each([
  ['a first run', ['--profile', 'work'], {}],
  ['a first run of a job', ['--profile', 'work', '--unattended'], {}],
  ['a first run as a role', ['--profile', 'work'], { role: true }],
  ['a first run that has to ask for the account', ['--profile', 'work'], { owner: null }],
  ['a first run with --store exec', ['--profile', 'work', '--store', 'exec'], {}],
  ['a renewal by hand', [], { before: true }],
  ['a renewal as a role', [], { before: true, role: true }],
  ['a renewal by a job', ['--all', '--unattended'], { before: true }],
  ['a renewal with --store exec', [], { before: true, store: ['--store', 'exec'] }],
] as const)('while the keyring is locked, no program asks anybody for keys: %s', async (_, words, given) => {
  const { owner, role, before, store } = { owner: undefined, role: false, before: false, store: [], ...given }
  stage = await openStage({ emulator })
  const env = await writeProgram(role)
  if (owner === null) await writeFile(join(stage.project, 'pyproject.toml'), pyproject(plugin({ owner })))
  if (before) {
    expect(await stage.caSync([...store], { env })).toMatchObject({ code: 0 })
    expect(await readFile(asked(), 'utf8')).toBe('asked\n')
    await writeFile(asked(), '')
    await age(stage, 7)
  }
  await stage.lockKeyring()
  expect(await stage.caSync([...words], { env })).toMatchObject(locked)
  expect(existsSync(asked()) && (await readFile(asked(), 'utf8'))).toBe(before ? '' : false)

  await stage.box.unlockKeyring()
  expect(await stage.caSync([...words], { env })).toMatchObject({ code: 0 })
  expect(await readFile(asked(), 'utf8')).toBe('asked\n')
})

test('a keyring that is locked is told before a login that has expired', async () => {
  stage = await openStage({ keyring: 'locked', emulator: { users: [{ ...key, sessionToken: 'session' }] } })
  const sso = await openSso(stage, { ...key, sessionToken: 'session' })
  try {
    await sso.login(-60)
    const ran = await stage.caSync(['--profile', 'work'], { env: sso.env })
    expect(ran).toMatchObject(locked)
    expect(ran.stderr).not.toContain('expired')
    expect(minted(stage)).toBe(0)
    await stage.box.unlockKeyring()
    expect(await stage.caSync(['--profile', 'work'], { env: sso.env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('aws sso login --profile work'),
    })
  } finally {
    sso.close()
  }
})
