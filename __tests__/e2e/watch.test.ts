import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, jest, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
const watches: ChildProcess[] = []
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.kill('SIGKILL') // nobody else ends one where a test has failed
  await stage.close()
})

/** A watch, its lines as they come, and its end. */
function startWatch(words: readonly string[]) {
  const child = spawn('ca-sync', ['watch', ...words], { env: stage.env, cwd: stage.project })
  watches.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  let talk = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    talk += text
  })
  return { child, ended, talk: () => talk, next: async (): Promise<string> => (await lines.next()).value }
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
  stage = await openStage({ emulator: { tokenSeconds: 30 } })
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
  let over = false
  const renewedTwice = (async () => {
    for (let turns = 0; turns < 2; ) if (JSON.parse(await next()).name === 'prod') turns += 1
    over = true
  })()
  while (!over) {
    expect(await served()).toBe(true)
    await sleep(1_000)
  }
  await renewedTwice
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

test('a project whose first sync fails is tried again', async () => {
  stage = await openStage({ keyring: 'locked' })
  const { child, ended, next } = startWatch([])
  expect(await next()).toMatch(/Z failed: .*locked/)
  await stage.box.unlockKeyring()
  let line = ''
  while (!line.includes('renewed dev of ')) line = await next()
  child.kill('SIGTERM')
  await ended
})

test('what is logged out meanwhile stays so', async () => {
  stage = await openStage({ emulator: { tokenSeconds: 8 } })
  const second = await stage.makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
  await stage.caSync([], { cwd: second })
  const { child, ended, next } = startWatch(['--json'])
  while (JSON.parse(await next()).project !== stage.project);
  expect(await stage.caSync(['logout'])).toMatchObject({ code: 0 })
  const loggedOut = new Date().toISOString()
  const projects: string[] = []
  while (projects.filter((one) => one === second).length < 3) {
    const { time, project } = JSON.parse(await next())
    if (time > loggedOut) projects.push(project)
  }
  child.kill('SIGTERM')
  await ended
  // The turn that it came into may still tell of what it had renewed.
  const nextTurn = projects.indexOf(second, projects.indexOf(second) + 1)
  expect(projects.slice(nextTurn)).toEqual([second, second])
})

test('AWS is left alone for as long as it asks', async () => {
  stage = await openStage({ emulator: { tokenSeconds: 8 } })
  const { child, ended, next } = startWatch(['--json'])
  while (JSON.parse(await next()).event !== 'renewed');
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'throttle', retryAfter: 6 })
  let event = { event: '', error: { code: '' }, time: '' }
  while (event.event !== 'failed') event = JSON.parse(await next())
  expect(event.error.code).toBe('AWS_THROTTLED')
  stage.emulator.faults.clear()
  const told = Date.parse(event.time)
  while (event.event !== 'renewed') event = JSON.parse(await next())
  expect(Date.parse(event.time) - told).toBeGreaterThan(4_000)
  child.kill('SIGTERM')
  await ended
})

test('--quiet tells of failures only; a project that is gone is told of', async () => {
  stage = await openStage({ emulator: { tokenSeconds: 8 } })
  await stage.caSync([])
  const gone = await stage.makeProject('gone', pluginTable({ name: 'shared', repository: 'shared' }))
  await stage.caSync([], { cwd: gone })
  await rm(gone, { recursive: true })
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'reset' })
  const { child, ended, next, talk } = startWatch(['--quiet'])
  expect(await next()).toMatch(/Z failed dev of /)
  child.kill('SIGTERM')
  await ended
  expect(talk()).toMatch(
    new RegExp(`^warning: ${gone} has no pyproject\\.toml now, and is forgotten in 7 days\\. .*\n$`),
  )
})

test('with nothing to watch it says so', async () => {
  stage = await openStage()
  expect(await stage.caSync(['watch'], { cwd: '/' })).toMatchObject({ code: 3, stdout: '' })
})

test('where there is nothing to do yet, it says once that it waits, and until when', async () => {
  stage = await openStage()
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  const { child, ended, talk } = startWatch([])
  while (!talk().endsWith('\n')) await once(child.stderr, 'data')
  child.kill('SIGTERM')
  await ended
  expect(talk()).toMatch(/^Watching 1 project; next look at \d\d:\d\d \(in \d+ h( \d+ min)?\)\.\n$/)
})
