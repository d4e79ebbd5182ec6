// Needs Poetry and a keyring.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { minted } from './keyring.ts'
import { installPoetry, pathOf, writeProgram } from './poetry-install.ts'
import { declared, pyproject } from './pyproject.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

const home = (...path: string[]): string => join(stage.box.home, ...path)

/** A stage with a Poetry that has a package of PyPI's beside it, and a program that the package asks. */
async function withPackage(wheel: string, program?: readonly [name: string, text: string], options: StageOptions = {}) {
  stage = await openStage(options)
  await installPoetry(stage, home('poetry'))
  const [version = ''] = await readdir(home('poetry/lib'))
  const wheels = await readdir(checkout('.cache/wheels'))
  const file = checkout('.cache/wheels', wheels.find((name) => name.startsWith(wheel)) ?? wheel)
  const into = home('poetry/lib', version, 'site-packages')
  expect(await run(poetry('2.5').python, ['-m', 'zipfile', '-e', file, into], { env: stage.env })).toMatchObject({
    code: 0,
  })
  if (program !== undefined) await writeProgram(home('bin', program[0]), `#!/bin/sh\n${program[1]}\n`)
  return { ...stage.env, PATH: pathOf(stage, home('poetry/bin'), home('bin')) }
}

const silent = 'sleep 60'
const signedOut = 'echo "[ERROR] account is not signed in" >&2; exit 1'

test.each([
  [
    "1Password's, signed out",
    'onepassword_keyring',
    ['op', signedOut],
    /^error: Poetry's Python asks onepassword_keyring\.OnePasswordBackend \(of the package onepassword-keyring\) for passwords, and fails: [^\n]* account is not signed in\.\n {2}Take onepassword-keyring out of Poetry's Python \(ca-sync doctor says how\), or have Python ask another: export /,
  ],
  [
    "1Password's, which waits",
    'onepassword_keyring',
    ['op', silent],
    /\(of the package onepassword-keyring\) for passwords, and does not answer\./,
  ],
  [
    "pass's, which has a login for everything",
    'keyring_pass',
    ['pass', '[ "$1" = ls ] && exit 0; exit 1'],
    /asks keyring_pass\.PasswordStoreBackend \(of the package keyring[-_]pass\) for passwords, and answers for /,
  ],
] as const)('%s is named, and what is printed overcomes it', async (_, wheel, program, says) => {
  const env = await withPackage(wheel, program)
  const { code, stderr } = await stage.caSync(['--unattended'], { env })
  expect(stderr).toMatch(says)
  expect(code).toBe(5)
  const [, variable = '', backend = ''] = /export (PYTHON_KEYRING_BACKEND)=(\S+)/.exec(stderr) ?? []
  expect(await stage.caSync([], { env: { ...env, [variable]: backend } })).toMatchObject({ code: 0, stderr: '' })
})

test('doctor knows what removes it', async () => {
  const env = await withPackage('onepassword_keyring', ['op', signedOut])
  const { stdout } = await stage.caSync(['doctor', '--json'], { env })
  const [fault] = JSON.parse(stdout).checks.filter(({ check }: { check: string }) => check === 'keyring')
  expect(fault).toMatchObject({
    status: 'fault',
    fix: expect.stringMatching(/pip uninstall --yes onepassword-keyring$/),
  })
})

test('nothing but what would store in plain text', async () => {
  const env = await withPackage('keyrings.alt', undefined, { keyring: 'no-bus' })
  expect(await stage.caSync(['--unattended'], { env })).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/\(of the package keyrings\.alt\) for passwords, and it would store in plain text/),
  })
  expect(minted(stage)).toBe(0)
})

test('beside a keyring that works it does no harm', async () => {
  const env = await withPackage('keyrings.alt')
  expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stderr: '' })
})

test("keyrings.codeartifact and AWS's own host: said before a token is asked for, with what removes it", async () => {
  const env = await withPackage('keyrings_codeartifact')
  const url = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/simple/'
  const cwd = await stage.makeProject('real', pyproject(declared('dev', url)))
  expect(await stage.caSync([], { env, cwd })).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(
      /^error: keyrings\.codeartifact is in Poetry's Python: it answers before your keyring.*\n {2}Type: \S+\/poetry\/bin\/python -m pip uninstall --yes keyrings\.codeartifact\n$/,
    ),
  })
  expect(minted(stage)).toBe(0)
})

test.each(['/dev/null', 'unix:path=/dev/null', 'disabled:'])('a bus that is switched off by %s', async (address) => {
  stage = await openStage()
  const env = { ...stage.env, DBUS_SESSION_BUS_ADDRESS: address }
  expect(await stage.caSync(['--unattended'], { env })).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(
      new RegExp(
        `^error: DBUS_SESSION_BUS_ADDRESS is set to ${address}, which switches .*\\n {2}Unset it: unset DBUS_SESSION_BUS_ADDRESS\\.`,
      ),
    ),
  })
})
