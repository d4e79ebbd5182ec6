// Needs Windows or wine.
import { win32 } from 'node:path'
import process from 'node:process'
import { expect } from '@jest/globals'
import { exampleProject } from '../../scripts/example-project.ts'
import { sharing } from './sharing.ts'
import { library, openWindowsStage, type WindowsStage } from './stage.ts'

// The token of a role, as SSO gives one, does not fit what Python stores in the Credential Manager.
const test = sharing(async () => {
  const stage = await openWindowsStage({ tokenLength: 1_400 })
  stage.emulator.addPackage({ domain: 'my-domain', repository: 'dev', name: library, version: '1.2.3' })
  return stage
})

const names = async (stage: WindowsStage) => (await stage.credentials()).map(({ target }) => target)

test('is refused whole, and what works is named', async (stage) => {
  const { code, stderr } = await stage.caSync([])
  expect(code).toBe(5)
  expect(stderr).toMatch(/The token has 1400 characters, and the keyring holds at most 1280\. Nothing was stored\./)
  expect(stderr).toMatch(/ca-sync --store exec[\s\S]*ca-sync hook install --wrap[\s\S]*ca-sync --store plaintext/)
  expect((await names(stage)).filter((target) => target.includes(stage.host))).toEqual([])
})

test('is kept by --store exec, renewed, and given to Poetry without a call to AWS', async (stage) => {
  expect(await stage.caSync(['--store', 'exec'])).toMatchObject({ code: 0 })
  const [first] = stage.emulator.issuedTokens().slice(-1)
  expect(await stage.caSync(['--force', '--unattended', '--quiet', '--all'])).toMatchObject({ code: 0, stderr: '' })
  expect(stage.emulator.issuedTokens().at(-1)).not.toBe(first)
  expect((await stage.caSync(['status'])).stdout).toMatch(/^dev .*yes, through exec$/m)
  stage.emulator.clearCalls()
  // With --verbose it says of a busy wine that the vault was too slow, in whose place it then asks AWS; and each try of it asks the index.
  const words = ['exec', '--verbose', '--', 'poetry', 'add', '--dry-run', library]
  expect(await stage.caSync(words)).toMatchObject({ code: 0 })
  expect(stage.emulator.calls).toEqual([])
  expect(stage.emulator.requests.some(({ user, status }) => user === 'aws' && status === 200)).toBe(true)
  expect((await names(stage)).filter((target) => target.includes(stage.host))).toEqual([])
})

const batch = '@echo off\r\necho %1/%2/%POETRY_HTTP_BASIC_DEV_USERNAME%\r\nexit /b 7\r\n'

test('exec runs .cmd and .exe, with words as they are and the exit code of the program', async (stage) => {
  const tool = win32.join(stage.machine.home, 'tools', 'tool.cmd')
  await stage.write(tool, batch)
  const words = ['a b', '1&2']
  expect(await stage.caSync(['exec', '--', tool, ...words])).toMatchObject({ code: 7, stdout: '"a b"/"1&2"/aws\n' })
  const code = 'import os, sys; print(sys.argv[1:], os.environ["POETRY_HTTP_BASIC_DEV_USERNAME"]); sys.exit(42)'
  expect(await stage.caSync(['exec', '--', stage.machine.python, '-c', code, ...words])).toMatchObject({
    code: 42,
    stdout: "['a b', '1&2'] aws\n",
  })
  expect(await stage.caSync(['exec', '--', 'no-such-program'])).toMatchObject({ code: 127 })
})

test('env --output writes a file that only its owner may read', async (stage) => {
  const file = win32.join(stage.machine.home, 'secrets', 'env.txt')
  expect(await stage.caSync(['env', '--output', file])).toMatchObject({ code: 0, stderr: '' })
  // Not always the last: what the vault is too slow to keep, under a busy wine, is another run's alone.
  const text = await stage.read(file)
  expect(stage.emulator.issuedTokens().some((token) => text.includes(token))).toBe(true)
  // wine's icacls says yes to all, and nothing else.
  const { stdout } = await stage.run(['icacls', file])
  expect(stdout.match(/\S+:\(\w+\)/g) ?? []).toEqual(process.platform === 'win32' ? ['RIGHTS:(F)'] : [])
})

test('nothing is run out of the project', async (stage) => {
  // A real program each, that leaves a file when it is run.
  const ran = win32.join(stage.machine.home, 'ran.txt')
  const plant = `
import io, os, sys, zipfile
import pip._vendor.distlib
folder, ran = sys.argv[1:]
stub = os.path.join(os.path.dirname(pip._vendor.distlib.__file__), 't64.exe')
archive = io.BytesIO()
with zipfile.ZipFile(archive, 'w') as zipped:
    zipped.writestr('__main__.py', f'open({ran!r}, "a").write(__file__)')
program = open(stub, 'rb').read() + f'#!{sys.executable}\\r\\n'.encode() + archive.getvalue()
for name in 'whoami schtasks pwsh powershell poetry python node cmd icacls conhost git aws'.split():
    open(os.path.join(folder, name + '.exe'), 'wb').write(program)
`
  const url = stage.emulator.repositoryUrl('my-domain', 'dev')
  const cwd = await stage.makeProject(win32.join(stage.machine.home, 'cloned'), exampleProject({ url }))
  expect(await stage.python(plant, cwd, ran)).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.run([win32.join(cwd, 'whoami.exe')])).toMatchObject({ code: 0 })
  expect(await stage.read(ran)).toContain('whoami')
  await stage.write(ran, '')
  const lines = [
    ...[['doctor'], ['status'], ['--force'], ['schedule', 'status'], ['hook', 'install', 'powershell']],
    ...[
      ['exec', '--', 'node', '--version'],
      ['env', '--output', win32.join(stage.machine.home, 'env.txt')],
    ],
  ]
  for (const words of lines) await stage.caSync(words, { cwd })
  expect(await stage.read(ran)).toBe('')
})

test('logout leaves nothing in the Credential Manager', async (stage) => {
  expect(await stage.caSync(['--store', 'exec'])).toMatchObject({ code: 0 })
  expect(await stage.caSync(['logout', '--all'])).toMatchObject({ code: 0, stderr: '' })
  expect(await names(stage)).toEqual([])
})
