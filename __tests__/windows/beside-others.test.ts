// Needs Windows or wine.
import { win32 } from 'node:path'
import { expect } from '@jest/globals'
import { exampleProject } from '../../scripts/example-project.ts'
import { until } from '../helpers/until.ts'
import { sharing } from './sharing.ts'
import { openWindowsStage, type WindowsStage } from './stage.ts'

const test = sharing(async () => {
  const stage = await openWindowsStage()
  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  return stage
})

/** Waits until a program that goes on has written a file. */
async function written(stage: WindowsStage, path: string, program: Promise<unknown>): Promise<void> {
  let hasEnded = false
  const end = () => {
    hasEnded = true
  }
  program.then(end, end)
  await until(async () => hasEnded || (await stage.read(path).catch(() => '')), { limitMs: 300_000 })
  if (hasEnded) throw new Error(`it has ended, and not written ${path}: ${JSON.stringify(await program)}`)
}

/** As a virus scanner does: opens a file, and lets go of it once somebody has tried to replace it. */
const scanner = `
import glob, sys, time
path, ready = sys.argv[1:]
with open(path, 'rb'):
    with open(ready, 'w') as mark:
        mark.write('ready')
    while not glob.glob(path + '.ca-sync-*'):
        time.sleep(0.01)
    time.sleep(0.3)
print('let go')
`

test('a file that another program has open for a moment is replaced after that', async (stage) => {
  const inState = (name: string) => win32.join(stage.state, name)
  const ready = inState('scanner-is-ready')
  const scanning = stage.python(scanner, inState('state.json'), ready)
  await written(stage, ready, scanning)
  expect(await stage.caSync(['--force'])).toMatchObject({ code: 0, stderr: '' })
  expect((await scanning).stdout.trim()).toBe('let go')
})

/** A program that has nothing to do with ca-sync, and the pid that a lock is of; it lives until the file `done` is there. */
const bystander = `
import os, sys, time
path, age, done = sys.argv[1], float(sys.argv[2]), sys.argv[3]
with open(path, 'w') as lock:
    lock.write(f'{os.getpid()} ')
os.utime(path, (time.time() - age, time.time() - age))
while not os.path.exists(done):
    time.sleep(0.05)
os.remove(done)
`

/** Runs ca-sync beside a lock of a living process that was touched some seconds ago, and gives what it asked of AWS. */
async function besideLock(stage: WindowsStage, seconds: number, ...words: string[]): Promise<string[]> {
  const [lock = '', done = ''] = ['lock', 'done'].map((name) => win32.join(stage.state, name))
  const standing = stage.python(bystander, lock, String(seconds), done)
  await written(stage, lock, standing)
  stage.emulator.clearCalls()
  try {
    expect(await stage.caSync(['--force', ...words])).toMatchObject({ code: 0, stderr: '' })
  } finally {
    await stage.write(done, '')
    await standing
  }
  return stage.emulator.calls.map(({ operation }) => operation)
}

test('a lock that a killed run left is no lock, also when its pid is another program now', async (stage) => {
  expect(await besideLock(stage, 3_600)).toContain('GetAuthorizationToken')
})

test('while the lock of a run that is at work is one', async (stage) => {
  expect(await besideLock(stage, 0, '--unattended', '--quiet')).toEqual([])
})

test('a folder in another spelling is the same project', async (stage) => {
  const other = stage.project.replace(/^C/, 'c').toUpperCase().replace(/^C/, 'c')
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  stage.emulator.clearCalls()
  const again = await stage.caSync([], { cwd: other })
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(again.stdout).toMatch(/^Nothing to do/)
  expect(stage.emulator.calls).toEqual([])
  const projects = JSON.parse(await stage.read(win32.join(stage.state, 'state.json'))).projects
  expect(Object.keys(projects)).toEqual([stage.project])
  expect(await stage.caSync(['logout', '-C', other])).toMatchObject({ code: 0 })
  expect(await stage.credentials()).toEqual([])
})

test('a drive that is not there yet is waited for: what is on it stays known', async (stage) => {
  const url = stage.emulator.repositoryUrl('my-domain', 'dev')
  const drive = win32.join(stage.machine.home, 'drive')
  const project = await stage.makeProject(win32.join(drive, 'work', 'app'), exampleProject({ url }))
  expect(await stage.caSync(['-C', project])).toMatchObject({ code: 0 })
  const move = 'import os, sys; os.rename(*sys.argv[1:])'
  await stage.python(move, drive, `${drive} away`)
  expect(await stage.caSync(['--all', '--unattended', '--quiet', '--force'])).toMatchObject({ code: 0 })
  await stage.python(move, `${drive} away`, drive)
  expect(await stage.caSync(['status', '-C', project])).toMatchObject({ code: 0 })
})
