import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runner } from '../../src/schedule/run.ts'
import { encodeTask, windowsFile, windowsScheduler } from '../../src/schedule/windows.ts'
import { callsOf, fakeTool, runnerWith } from './fake-tool.ts'
import { job } from './jobs.ts'

const sid = 'S-1-5-21-1-2-3-1001'
const task = `\\ca-sync-${sid}`

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-windows-'))
  await fakeTool(dir, 'whoami', `printf '"pc\\\\kim","${sid}"\\r\\n'`)
  // Windows' Task Scheduler as far as exit codes go; its words are in the user's language.
  await fakeTool(
    dir,
    'schtasks',
    `case $1 in
  /Create) [ -f "$5" ] && touch task ;;
  /Query) [ -e task ] || { echo 'FEHLER: Das System kann die Datei nicht finden.' >&2; exit 1; } ;;
  /Delete) rm task ;;
esac
`,
  )
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const scheduler = () => windowsScheduler(runnerWith(dir), join(dir, 'state'))
const file = () => join(dir, 'state/ca-sync.xml')

test('install, install again, status, uninstall', async () => {
  const one = job({ env: {} })
  expect(await scheduler().available()).toBe(true)
  expect(await scheduler().inspect(one)).toMatchObject({ state: 'missing', active: false })
  expect(await scheduler().install(one)).toEqual([file()])
  expect(await scheduler().install(one)).toEqual([file()])
  expect(await readFile(file())).toEqual(encodeTask(windowsFile(one, sid).text))
  expect(await callsOf(dir)).toContain(`/Create /TN ${task} /XML ${file()} /F`)
  expect(await scheduler().inspect(one)).toMatchObject({ state: 'installed', active: true })
  expect(await scheduler().inspect({ ...one, minute: 8 })).toMatchObject({ state: 'differs', active: true })
  expect(await scheduler().uninstall()).toBe(true)
  expect(await callsOf(dir)).toContain(`/Delete /TN ${task} /F`)
  expect(await scheduler().inspect(one)).toMatchObject({ state: 'missing', active: false })
  expect(await scheduler().uninstall()).toBe(false)
})

test('variables that a task cannot hold are named', async () => {
  const { warnings } = await scheduler().render(job({ env: { PATH: 'C:\\x', AWS_CONFIG_FILE: 'C:\\aws' } }))
  expect(warnings).toEqual([expect.stringMatching(/setx.*: AWS_CONFIG_FILE\./)])
})

test("Windows' own tools are asked for, whatever else of their names is on PATH, as Git Bash's whoami is", async () => {
  const ask = runner({
    env: { SystemRoot: 'D:\\Windows', PATH: 'C:\\Git\\usr\\bin' },
    platform: 'win32',
    uid: undefined,
  })
  expect((await ask('whoami', ['/user'])).stderr).toContain('D:\\Windows\\System32\\whoami.exe')
})
