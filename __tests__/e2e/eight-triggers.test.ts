import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { openTerminal, type Terminal } from '../helpers/terminal.ts'
import { until } from '../helpers/until.ts'
import { prompts } from '../shell/lab.ts'
import { age } from './aging.ts'
import { keyless, minters, user, writeProfiles } from './people.ts'
import { both, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const alice = user('alice')
const owner = '564131876131'
const domains = ['my-domain', 'other-domain'].map((domain) => ({
  ...{ domain, owner, region: 'us-east-1' },
  repositories: ['dev', 'qa', 'prod', 'shared'],
}))

let stage: Stage
let second: string
let shell: Terminal | undefined
let watch: ChildProcess | undefined
beforeEach(async () => {
  stage = await openStage({ emulator: { users: [alice], domains, latencyMs: 700 } })
  await writeProfiles(stage, { alice })
  const url = stage.emulator.repositoryUrl('other-domain', 'dev')
  second = await stage.makeProject('second', pyproject(both(url, { name: 'other', domain: 'other-domain' })))
  const env = keyless(stage)
  for (const cwd of [stage.project, second])
    expect(await stage.caSync(['--profile', 'alice'], { env, cwd })).toMatchObject({ code: 0 })
  await writeFile(join(stage.box.home, '.bashrc'), prompts.bash)
  expect(await stage.caSync(['hook', 'install', 'bash'], { env })).toMatchObject({ code: 0 })
})
afterEach(async () => {
  watch?.kill('SIGKILL')
  await shell?.hangUp()
  await stage.close()
})

const next = async (): Promise<number> => Number(await stage.read(join(stage.state, 'next')))

test('eight triggers at the same time mint one token a domain', async () => {
  const env = keyless(stage)
  await age(stage, 8)
  await writeFile(join(stage.state, 'next'), '1000000000\n')
  stage.emulator.clearCalls()

  const job = ['--all', '--unattended', '--quiet']
  const line = [process.execPath, checkout('dist/main.cjs'), ...job].map((word) => `'${word}'`).join(' ')
  shell = openTerminal(['bash', '-i'], env, stage.box.home)
  watch = spawn('ca-sync', ['watch'], { env, cwd: stage.project, stdio: 'ignore' })
  const runs = await Promise.all([
    stage.caSync([], { env }),
    stage.caSync(['--all'], { env, cwd: '/' }),
    stage.caSync(['-C', second], { env, cwd: '/' }),
    run('/bin/sh', ['-c', line], { env: { ...env, PATH: '/usr/bin:/bin', DBUS_SESSION_BUS_ADDRESS: undefined } }),
    stage.caSync(job, { env, cwd: '/' }),
    stage.caSync(['--unattended'], { env, cwd: second }),
    shell.start(),
  ])
  const failed = runs.filter((result) => typeof result !== 'string' && (result.code !== 0 || result.stderr !== ''))
  expect(failed).toEqual([])

  await until(async () => (await next()) > Date.now() / 1000)
  const ended = once(watch, 'exit')
  watch.kill('SIGTERM')
  expect(await ended).toEqual([143, null])
  expect(minters(stage)).toEqual([alice.accessKeyId, alice.accessKeyId])
  const live = stage.emulator.issuedTokens().slice(-2)
  const served = (await stage.box.items()).filter(({ attributes }) => attributes['username'] === 'aws')
  expect(served.map(({ secret }) => secret).sort()).toEqual([...live].sort())
  for (const cwd of [stage.project, second])
    expect(await stage.caSync(['status'], { env, cwd })).toMatchObject({ code: 0, stderr: '' })
})
