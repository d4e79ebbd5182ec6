import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { run } from '../../scripts/testbed/run.ts'
import { snapshot } from './files.ts'

jest.setTimeout(120_000)

let home: string
let env: Record<string, string | undefined>
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-hook-')))
  env = { ...cleanEnv(process.env, home, process.execPath), SHELL: '/bin/bash' }
})
afterEach(() => rm(home, { recursive: true, force: true }))

const at = (...names: string[]): string => join(home, ...names)
const hook = (...words: string[]) => run(process.execPath, [checkout('dist/main.cjs'), 'hook', ...words], { env })
const read = (path: string) => readFile(path, 'utf8')
const count = (text: string) => text.split('# >>> ca-sync hook >>>').length - 1

const places = [
  ['bash', '.bashrc'],
  ['zsh', '.zshrc'],
  ['fish', '.config/fish/conf.d/ca-sync.fish'],
] as const

test.each(['bash', 'zsh', 'fish', 'powershell'])(
  '%s: the text is the same by the quick way and by the whole program',
  async (shell) => {
    const quick = await hook(shell)
    expect(quick).toMatchObject({ code: 0, stderr: '' })
    expect(await hook(shell, '--verbose')).toEqual(quick)
  },
)

test('a hook that is printed says nothing of versions of Node: it is printed anew by each shell', async () => {
  const version = at('.nvm/versions/node/v20.20.2')
  await mkdir(join(version, 'bin'), { recursive: true })
  await symlink(process.execPath, join(version, 'bin/node'))
  const text = await run(join(version, 'bin/node'), [checkout('dist/main.cjs'), 'hook', 'bash', '-v'], { env })
  expect(text).toMatchObject({ code: 0, stderr: '' })
})

test('a variable that is set but not used is told, as by any other command', async () => {
  env = { ...env, XDG_STATE_HOME: 'relative' }
  expect(await hook('bash')).toMatchObject({ code: 0, stderr: expect.stringContaining('XDG_STATE_HOME') })
})

test.each(places)('%s: install twice, then uninstall, with the user’s own text', async (shell, name) => {
  await mkdir(join(at(name), '..'), { recursive: true })
  // Bytes that are not UTF-8, CRLF, and no line end at the end.
  const before = Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from('\r\nalias x=y')])
  await writeFile(at(name), before)
  await chmod(at(name), 0o640)

  const first = await hook('install', shell)
  expect(first).toMatchObject({ code: 0 })
  expect(first.stdout).toContain(`${shell}: wrote the hook into ${at(name)}\n`)
  const installed = await readFile(at(name))
  expect(installed.subarray(0, before.length)).toEqual(before)
  expect((await stat(at(name))).mode & 0o777).toBe(0o640)

  expect(await hook('install', shell)).toMatchObject({
    code: 0,
    stdout: `${shell}: the hook is in ${at(name)} already.\n`,
  })
  expect(await readFile(at(name))).toEqual(installed)

  expect((await hook('uninstall', shell)).stdout).toContain(`${shell}: took the hook out of ${at(name)}\n`)
  expect(await readFile(at(name))).toEqual(before)
  expect((await stat(at(name))).mode & 0o777).toBe(0o640)
  expect(await hook('uninstall')).toMatchObject({ code: 0, stdout: 'There is no hook to take out.\n' })
})

test('files that were not there go again; --quiet says nothing', async () => {
  const quiet = { code: 0, stdout: '' }
  expect(await hook('install', 'bash', 'zsh', 'fish', '--quiet')).toMatchObject(quiet)
  for (const [, name] of places) expect(count(await read(at(name)))).toBe(1)
  expect(await hook('uninstall', '--quiet')).toMatchObject({ ...quiet, stderr: '' })
  for (const [, name] of places) await expect(stat(at(name))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a link to a file, and a link to nothing yet, stay links', async () => {
  await mkdir(at('dotfiles'))
  await writeFile(at('dotfiles/bashrc'), 'a\n')
  await symlink('dotfiles/bashrc', at('.bashrc'))
  await symlink('dotfiles/zshrc', at('.zshrc'))
  const before = await snapshot(home)
  expect(await hook('install', 'bash', 'zsh')).toMatchObject({ code: 0 })
  for (const name of ['.bashrc', '.zshrc']) expect((await lstat(at(name))).isSymbolicLink()).toBe(true)
  for (const name of ['bashrc', 'zshrc']) expect(count(await read(at('dotfiles', name)))).toBe(1)
  expect(await hook('uninstall')).toMatchObject({ code: 0 })
  expect(await snapshot(home)).toEqual(before)
})

test('the shell of $SHELL, and its own places', async () => {
  env = { ...env, SHELL: '/usr/bin/zsh', ZDOTDIR: at('z'), XDG_CONFIG_HOME: at('x') }
  expect((await hook('install')).stdout).toContain(`zsh: wrote the hook into ${at('z/.zshrc')}\n`)
  expect((await hook('install', 'fish')).stdout).toContain(at('x/fish/conf.d/ca-sync.fish'))
  env['SHELL'] = '/bin/tcsh'
  const refused = await hook('install')
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toBe(
    'error: There is no hook for your shell, /bin/tcsh.\n  Name one: ca-sync hook install bash|zsh|fish|powershell\n',
  )
})

test('PowerShell: the profile that it tells; where it is not installed, that is said', async () => {
  const { PATH } = env
  env['PATH'] = at('nowhere') // a machine may have one
  const absent = await hook('install', 'powershell')
  expect(absent).toMatchObject({ code: 2 })
  expect(absent.stderr).toContain('PowerShell was not found.')

  // In place of PowerShell: it answers what its profile is.
  const profile = at('OneDrive/Documents/PowerShell/Microsoft.PowerShell_profile.ps1')
  await mkdir(at('bin'))
  await writeFile(at('bin/pwsh'), `#!/bin/sh\necho '${profile}'\n`, { mode: 0o755 })
  env['PATH'] = `${at('bin')}:${PATH}`
  expect((await hook('install', 'powershell')).stdout).toContain(`powershell: wrote the hook into ${profile}\n`)
  expect(await read(profile)).toContain('function global:__ca_sync_hook')
  expect((await hook('uninstall')).stdout).toContain('is gone')

  const utf16 = Buffer.from('\ufeff$x = 1\r\n', 'utf16le')
  await writeFile(profile, utf16)
  const refused = await hook('install', 'powershell')
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toContain(`${profile} is UTF-16 text.\n  Save it as UTF-8`)
  expect(await readFile(profile)).toEqual(utf16)
})

test.each([
  ['none', undefined, /Put this line into ~\/\.bash_profile: \[ -f ~\/\.bashrc \] && \. ~\/\.bashrc/],
  ['one that does not read ~/.bashrc', 'export A=b\n', /Login shells read .*\.profile.*Add this line to it/],
  ['one that does', '. "$HOME/.bashrc"\n', /^$/],
])('bash, a login file: %s', async (_, text, said) => {
  if (text !== undefined) await writeFile(at('.profile'), text)
  expect((await hook('install')).stderr).toMatch(said)
})

test('a block that lost its last line is left alone', async () => {
  await hook('install')
  const broken = (await read(at('.bashrc'))).replace(/# <<<.*\n/, 'alias mine=x\n')
  await writeFile(at('.bashrc'), broken)
  for (const action of ['install', 'uninstall']) {
    const { code, stderr } = await hook(action)
    expect(code).toBe(3)
    expect(stderr).toContain(`in ${at('.bashrc')} has lost its first or its last line`)
  }
  expect(await read(at('.bashrc'))).toBe(broken)
})

test('what is printed is what is installed, and nothing is written', async () => {
  const { code, stdout, stderr } = await hook('zsh')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(await readdir(home)).toEqual([])
  await hook('install', 'zsh')
  expect(await read(at('.zshrc'))).toContain(stdout)
  expect(stdout).toContain(checkout('dist/main.cjs'))
})

test('words that do not fit', async () => {
  for (const words of [['tcsh'], ['bash', 'zsh'], [], ['install', 'tcsh']]) {
    const { code, stderr } = await hook(...words)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: .*\n {2}Type: ca-sync .*\n$/)
    expect(stderr).not.toContain('\\u')
  }
})
