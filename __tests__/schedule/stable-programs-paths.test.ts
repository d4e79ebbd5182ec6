import { describe, expect, test } from '@jest/globals'
import { pythonCommand, stableNode, stableProgram } from '../../src/schedule/stable-programs.ts'

/** A machine of links: what is named leads to its value, or to itself. */
const machine = (PATH: string, links: Record<string, string>, platform: NodeJS.Platform = 'linux') => ({
  platform,
  env: { PATH },
  real: (path: string) => links[path] ?? (Object.values(links).includes(path) ? path : undefined),
})

describe('Node', () => {
  const cellar = '/opt/homebrew/Cellar/node/24.1.0/bin/node'
  const cellar22 = '/opt/homebrew/Cellar/node@22/22.1.0/bin/node'
  const fnm = '/home/kim/.local/share/fnm/node-versions/v22.1.0/installation/bin/node'
  const mise = '/home/kim/.local/share/mise/installs/node/22.1.0/bin/node'
  const volta = '/home/kim/.volta/tools/image/node/22.1.0/bin/node'
  test.each([
    [
      'of the system',
      '/usr/bin/node',
      '/bin:/usr/bin',
      { '/usr/bin/node': '/usr/bin/node', '/bin/node': '/usr/bin/node' },
      '/bin/node',
    ],
    ['not on PATH', '/usr/bin/node', '', { '/usr/bin/node': '/usr/bin/node' }, '/usr/bin/node'],
    ['of Homebrew', cellar, '/opt/homebrew/bin', { '/opt/homebrew/bin/node': cellar }, '/opt/homebrew/bin/node'],
    ['of Homebrew, off PATH', cellar, '', { '/opt/homebrew/bin/node': cellar }, '/opt/homebrew/bin/node'],
    [
      'of Homebrew, an older line',
      cellar22,
      '',
      { '/opt/homebrew/opt/node@22/bin/node': cellar22 },
      '/opt/homebrew/opt/node@22/bin/node',
    ],
    [
      'of fnm',
      fnm,
      '/run/user/1/fnm_multishells/9_1/bin',
      { '/run/user/1/fnm_multishells/9_1/bin/node': fnm, '/home/kim/.local/share/fnm/aliases/default/bin/node': fnm },
      '/home/kim/.local/share/fnm/aliases/default/bin/node',
    ],
    [
      'of mise',
      mise,
      '',
      { '/home/kim/.local/share/mise/installs/node/22/bin/node': mise },
      '/home/kim/.local/share/mise/installs/node/22/bin/node',
    ],
    [
      'of Volta',
      volta,
      '/home/kim/.volta/bin',
      { '/home/kim/.volta/bin/node': '/home/kim/.volta/bin/volta-shim' },
      '/home/kim/.volta/bin/node',
    ],
    [
      'beside another one on PATH',
      '/usr/local/bin/node',
      '/opt/other:/usr/local/bin',
      { '/opt/other/node': '/opt/other/node', '/usr/local/bin/node': '/usr/local/bin/node' },
      '/usr/local/bin/node',
    ],
  ])('%s', (_, execPath, PATH, links, expected) => {
    expect(stableNode(execPath, machine(PATH, links))).toEqual({ path: expected })
  })

  test('of Windows, through the link of a version manager', () => {
    const real = 'C:\\nvm\\v22.1.0\\node.exe'
    const links = { 'C:\\Program Files\\nodejs\\node.exe': real }
    expect(stableNode(real, machine('C:\\Program Files\\nodejs;C:\\x', links, 'win32'))).toEqual({
      path: 'C:\\Program Files\\nodejs\\node.exe',
    })
  })

  test('of nvm, which has no other name, comes with a warning', () => {
    const nvm = '/home/kim/.nvm/versions/node/v22.1.0/bin/node'
    const { path, warning } = stableNode(nvm, machine('/home/kim/.nvm/versions/node/v22.1.0/bin', { [nvm]: nvm }))
    expect(path).toBe(nvm)
    expect(warning).toContain('ca-sync schedule install')
  })

  test('out of a cache is refused', () => {
    const cached = '/home/kim/.npm/_npx/1f/node_modules/node/bin/node'
    expect(() => stableNode(cached, machine('', { [cached]: cached }))).toThrow(
      expect.objectContaining({ code: 'SCHEDULE_REFUSED' }),
    )
  })
})

describe('the program', () => {
  const global = '/usr/local/lib/node_modules/ca-sync/dist/main.cjs'
  const pnpm = '/home/kim/.local/share/pnpm/global/5/.pnpm/ca-sync@0.1.0/node_modules/ca-sync/dist/main.cjs'
  const pnpmStable = '/home/kim/.local/share/pnpm/global/5/node_modules/ca-sync/dist/main.cjs'
  const clone = '/home/kim/src/ca-sync/dist/main.cjs'
  test.each([
    [
      'of npm install --global',
      global,
      '/usr/local/bin',
      { '/usr/local/bin/ca-sync': global },
      '/usr/local/bin/ca-sync',
    ],
    ['of pnpm', pnpm, '', { [pnpmStable]: pnpm }, pnpmStable],
    ['of a clone', clone, '/usr/bin', { [clone]: clone }, clone],
  ])('%s', (_, program, PATH, links, expected) => {
    expect(stableProgram(program, machine(PATH, links))).toEqual({ path: expected })
  })

  test.each([
    '/home/kim/.npm/_npx/1f2e/node_modules/ca-sync/dist/main.cjs',
    '/home/kim/.cache/pnpm/dlx-4711/node_modules/ca-sync/dist/main.cjs',
    '/home/kim/.cache/pnpm/dlx/abc/node_modules/.pnpm/ca-sync@0.1.0/node_modules/ca-sync/dist/main.cjs',
    '/tmp/bunx-1000-ca-sync@latest/node_modules/ca-sync/dist/main.cjs',
    '/tmp/xfs-1a2b/dlx-99/node_modules/ca-sync/dist/main.cjs',
  ])('in %s is refused, with what to type', (program) => {
    const bin = program.replace('ca-sync/dist/main.cjs', '.bin')
    const around = machine(`${bin}:/usr/bin`, { [`${bin}/ca-sync`]: program })
    expect(() => stableProgram(program, around)).toThrow(
      expect.objectContaining({
        code: 'SCHEDULE_REFUSED',
        hint: expect.stringContaining('npm install --global ca-sync'),
      }),
    )
  })
})

describe('the Python package', () => {
  const pipx = '/home/kim/.local/share/pipx/venvs/ca-sync'
  const at = (environment: string, rest = 'lib/python3.12/site-packages') =>
    `${environment}/${rest}/ca_sync/program/dist/main.cjs`
  const withCommand = (environment: string, platform: NodeJS.Platform = 'linux') =>
    machine('', { [`${environment}/bin/ca-sync`]: `${environment}/bin/ca-sync` }, platform)

  test.each([
    ['of pipx', at(pipx), pipx],
    ['of uv', at('/home/kim/.local/share/uv/tools/ca-sync'), '/home/kim/.local/share/uv/tools/ca-sync'],
    ['of pip install --user', at('/home/kim/.local'), '/home/kim/.local'],
    ['of Debian', at('/usr', 'lib/python3/dist-packages'), '/usr'],
    ['of Fedora', at('/usr', 'lib64/python3.14/site-packages'), '/usr'],
    ['of PyPy', at('/opt/venv', 'lib/pypy3.11/site-packages'), '/opt/venv'],
    [
      "of a Mac's own Python, for its user",
      at('/Users/kim/Library/Python/3.9', 'lib/python/site-packages'),
      '/Users/kim/Library/Python/3.9',
    ],
    [
      'of python.org on a Mac',
      at('/Library/Frameworks/Python.framework/Versions/3.13'),
      '/Library/Frameworks/Python.framework/Versions/3.13',
    ],
  ])('%s runs by its command, which outlives upgrades of Python, too', (_, program, environment) => {
    expect(pythonCommand(program, withCommand(environment))).toEqual({
      node: '/usr/bin/env',
      program: `${environment}/bin/ca-sync`,
    })
  })

  test.each([
    ['npm', '/usr/lib/node_modules/ca-sync/dist/main.cjs', withCommand('/usr')],
    ['a package without its command', at('/opt/target', 'lib/python3.12/site-packages'), machine('', {})],
    [
      'Windows, where the folder has no version in its name',
      'C:\\venv\\Lib\\site-packages\\ca_sync\\program\\dist\\main.cjs',
      withCommand('C:\\venv', 'win32'),
    ],
  ])('%s runs by its file', (_, program, around) => {
    expect(pythonCommand(program, around)).toBeUndefined()
  })

  test.each([
    '/home/kim/.cache/uv/archive-v0/x1',
    '/home/kim/.cache/uv/environments-v2/x1',
    '/home/kim/.local/share/pipx/.cache/x1',
    '/home/kim/.cache/pipx/x1',
    '/Users/kim/Library/Caches/pipx/0a1b2c3d4e5f678',
    '/scratch/kim/pipx/0a1b2c3d4e5f678',
    'C:/Users/kim/AppData/Local/pipx/pipx/Cache/0a1b2c3d4e5f678',
  ])('in %s, which is for one run, is refused', (environment) => {
    const program = at(environment)
    expect(pythonCommand(program, withCommand(environment))).toBeUndefined()
    expect(() => stableProgram(program, machine('', { [program]: program }))).toThrow(
      expect.objectContaining({ hint: 'Type: uv tool install ca-sync && ca-sync schedule install' }),
    )
  })
})
