import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, expect, jest, test } from '@jest/globals'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

/** A watch, its lines as they come, and its end. */
function startWatch(words: readonly string[]) {
  const child = spawn('ca-sync', ['watch', ...words], { env: stage.env, cwd: stage.project })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  return { child, ended, next: async (): Promise<string> => (await lines.next()).value }
}

/** What Poetry's keyring gives for the domain, and whether the emulator takes it. */
async function served(): Promise<boolean> {
  const service = new URL(stage.url).host
  const { stdout } = await run(poetry('2.5').python, ['-m', 'keyring', 'get', service, 'aws'], { env: stage.env })
  const authorization = `Basic ${Buffer.from(`aws:${stdout.trim()}`).toString('base64')}`
  const { status } = await fetch(`${stage.url}simple/pip/`, { headers: { authorization } })
  return status === 404
}

test('short tokens stay live, through faults, until SIGINT', async () => {
  stage = await openStage({ emulator: { tokenSeconds: 8 } })
  const { child, ended, next } = startWatch(['--json'])
  const first = JSON.parse(await next())
  expect(first).toMatchObject({ event: 'renewed', project: stage.project, name: 'dev', error: null })
  stage.emulator.faults.set('GetAuthorizationToken', {
    kind: 'error',
    status: 400,
    type: 'ValidationException',
    message: 'no',
    times: 1,
  })
  for (let event = first.event; event !== 'failed'; ) event = JSON.parse(await next()).event
  const until = Date.now() + 14_000
  while (Date.now() < until) expect(await served()).toBe(true)
  child.kill('SIGINT')
  expect(await ended).toEqual([130, null])
})

test('ends at SIGTERM while it sleeps', async () => {
  stage = await openStage()
  const { child, ended, next } = startWatch([])
  expect(await next()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z renewed dev of .*: token until /)
  child.kill('SIGTERM')
  expect(await ended).toEqual([143, null])
})

test('with nothing to watch it says so', async () => {
  stage = await openStage()
  expect(await stage.caSync(['watch'], { cwd: '/' })).toMatchObject({ code: 3, stdout: '' })
})
