import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from '@iarna/toml'
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import { until } from '../helpers/until.ts'
import { filesHolding, pieces } from './files.ts'
import { leftBehind } from './processes.ts'
import { plugin } from './pyproject.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ emulator: { latencyMs: 40 } })
})
afterAll(() => stage.close())

const begun: ChildProcess[] = []
// Where a test has failed, nothing of it is in the way of the next.
afterEach(() => {
  stage.emulator.faults.clear()
  for (const child of begun.splice(0))
    if (child.exitCode === null && child.signalCode === null) signal(child, 'SIGKILL', 'group')
})

const foreign = '[http-basic.other]\nusername = "me"\npassword = "a foreign secret"\n'

/** A machine on which nothing was synced yet, with somebody else's password in auth.toml. */
async function startAfresh(): Promise<void> {
  await rm(stage.state, { recursive: true, force: true })
  await rm(stage.config, { recursive: true, force: true })
  await mkdir(stage.config, { recursive: true })
  await writeFile(join(stage.config, 'auth.toml'), foreign, { mode: 0o600 })
  stage.emulator.clearCalls()
}

function begin(words: readonly string[] = []): ChildProcess {
  const options = { env: stage.env, cwd: stage.project, detached: true, stdio: 'ignore' } as const
  const child = spawn(process.execPath, [checkout('dist/main.cjs'), ...words], options)
  begun.push(child)
  return child
}

const signal = (child: ChildProcess, name: NodeJS.Signals, whom: 'group' | 'process'): boolean =>
  process.kill(whom === 'group' ? -(child.pid ?? 0) : (child.pid ?? 0), name)

const readOr = async (path: string, other: string): Promise<string> => stage.read(path).catch(() => other)

/** Whatever the moment of the end: no child goes on, all files parse, no token is in one, and the next run makes all well. */
async function expectHealing(): Promise<void> {
  expect(await leftBehind(stage.box)).toEqual([])
  JSON.parse(await readOr(join(stage.state, 'state.json'), '{}'))
  parse(await readOr(join(stage.config, 'config.toml'), ''))
  expect(parse(await stage.read(join(stage.config, 'auth.toml')))).toMatchObject(parse(foreign))
  expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens().flatMap(pieces))).toEqual([])

  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0, stderr: '' })
  expect((await readdir(stage.config)).sort()).toEqual(['auth.toml', 'config.toml'])
}

/** In the state folder, where no secret is, leftovers wait for the next run that writes. */
async function expectTidying(): Promise<void> {
  expect(await stage.caSync(['--force'])).toMatchObject({ code: 0, stderr: '' })
  expect(await readdir(stage.state)).toEqual(['next', 'state.json'])
}

/** A run that is killed before the nth of some system calls. */
const killedBefore = (calls: string, n: number, words: readonly string[]): Promise<RunResult> =>
  faulted(`${calls}:signal=SIGKILL:when=${n}`, words)

/** A run in which strace makes something of a system call. */
function faulted(fault: string, words: readonly string[]): Promise<RunResult> {
  const options = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${fault.split(':')[0]}`, '-e', `inject=${fault}`]
  return run('strace', [...options, process.execPath, checkout('dist/main.cjs'), ...words], {
    // One thread for files, since strace counts the calls of each thread.
    env: { ...stage.env, UV_THREADPOOL_SIZE: '1' },
    cwd: stage.project,
  })
}

/** Kills a run before each of its system calls of that kind in turn; returns how many there are. */
async function killBeforeEach(calls: string, words: readonly string[], prepare: () => Promise<void>): Promise<number> {
  for (let n = 1; ; n += 1) {
    await prepare()
    const { code } = await killedBefore(calls, n, words)
    await expectHealing()
    if (code !== 0) continue
    await expectTidying()
    return n - 1
  }
}

test('killed before any of its renames: the first run', async () => {
  expect(await killBeforeEach('rename,renameat2', [], startAfresh)).toBeGreaterThan(4)
})

test('killed before any of its renames: a renewal', async () => {
  await startAfresh()
  const prepare = async () => void (await stage.caSync([]))
  expect(await killBeforeEach('rename,renameat2', ['--force'], prepare)).toBeGreaterThan(1)
})

test("killed before it takes the lock, or gives one of Poetry's files its second name", async () => {
  expect(await killBeforeEach('link,linkat', [], startAfresh)).toBe(3)
})

test('killed after it took the lock, before the name of its own goes', async () => {
  await startAfresh()
  expect((await killedBefore('unlink,unlinkat', 1, [])).code).not.toBe(0)
  expect((await readdir(stage.state)).filter((name) => name.startsWith('lock'))).toHaveLength(2)
  await expectHealing()
  expect(await readdir(stage.state)).toEqual(['next', 'state.json'])
})

test('no room for the lock: told, and nothing is left', async () => {
  await startAfresh()
  const words = ['-c', "trap '' XFSZ; ulimit -f 0; exec ca-sync"]
  expect(await run('bash', words, { env: stage.env, cwd: stage.project })).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^error: Cannot write .*\/lock: .*\n {2}.*then run ca-sync again\.\n$/),
  })
  expect(await readdir(stage.state)).toEqual([])
})

test.each(['group', 'process'] as const)('killed at any moment (%s)', async (whom) => {
  await startAfresh()
  const start = performance.now()
  await stage.caSync([])
  const whole = performance.now() - start
  const kills = 5
  for (let i = 0; i < kills; i += 1) {
    if (i % 2 === 0) await startAfresh()
    const child = begin(['--force'])
    const ended = once(child, 'exit')
    await sleep((whole * (i + 0.5)) / kills)
    if (child.exitCode === null) signal(child, 'SIGKILL', whom)
    await ended
    await expectHealing()
  }
  await expectTidying()
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with %i', async (name, code) => {
  for (const whom of ['group', 'process'] as const) {
    await startAfresh()
    stage.emulator.faults.set('GetAuthorizationToken', { kind: 'hang' })
    const child = begin()
    const ended = once(child, 'exit')
    await until(() => count(stage.emulator, 'GetAuthorizationToken') > 0)
    signal(child, name, whom)
    expect(await ended).toEqual([code, null])
    stage.emulator.faults.clear()
    await expectHealing()
  }
})

test('a project that shares the token of a run that was killed', async () => {
  await startAfresh()
  const other = await stage.makeProject('other', plugin({ name: 'shared', repository: 'shared' }))
  const kill = (n: number) => killedBefore('rename,renameat2', n, ['--force', '--project', other])
  for (const n of [2, 3]) {
    expect(await stage.caSync([], { cwd: other })).toMatchObject({ code: 0 })
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect((await kill(n)).code).not.toBe(0)
    await expectHealing()
  }
})

test.each([
  ['of a process that is gone', () => '4194304 1'],
  ['of an earlier process with the number of a running one', () => `${process.pid} 1`],
  ['that is empty, as after a power failure', () => ''],
  ['with zero bytes, as after a power failure', () => '\0'.repeat(16)],
])('eight runs at once after a lock %s', async (_, content) => {
  await startAfresh()
  await mkdir(stage.state, { recursive: true })
  await writeFile(join(stage.state, 'lock'), content())
  const runs = await Promise.all(Array.from({ length: 8 }, () => stage.caSync([])))
  expect(runs.map(({ code }) => code)).toEqual(Array(8).fill(0))
  expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
  expect(await readdir(stage.state)).toEqual(['next', 'state.json'])
})

test('eight runs at once in two projects that share a domain mint one token and lose nothing', async () => {
  await startAfresh()
  const folders = await Promise.all(
    ['qa', 'prod'].map((name) => stage.makeProject(`one-${name}`, plugin({ name: `of-${name}`, repository: name }))),
  )
  await expectAllReady(folders)
  expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
})

/** Eight runs in those projects at once; then all are ready, and Poetry's files have everything of all of them. */
async function expectAllReady(folders: readonly string[]): Promise<void> {
  const runs = Array.from({ length: 8 }, (_, i) => stage.caSync([], { cwd: folders[i % folders.length] as string }))
  expect((await Promise.all(runs)).map(({ code }) => code)).toEqual(Array(8).fill(0))
  for (const cwd of folders) expect(await stage.caSync(['status'], { cwd })).toMatchObject({ code: 0 })
  const config = parse(await stage.read(join(stage.config, 'config.toml')))
  const auth = parse(await stage.read(join(stage.config, 'auth.toml')))
  const names = folders.map((folder) => `of-${folder.split('-').at(-1)}`)
  expect(Object.keys(config['repositories'] as object).sort()).toEqual(names.sort())
  expect(Object.keys(auth['http-basic'] as object).sort()).toEqual([...names, 'other'].sort())
}

test('eight runs at once in two projects with a domain each mint a token each', async () => {
  const alone = stage
  const domain = { owner: '564131876131', region: 'us-east-1', repositories: ['dev'] }
  const domains = ['domain-a', 'domain-b'].map((name) => ({ ...domain, domain: name }))
  stage = await openStage({ emulator: { latencyMs: 60, domains: [...domains, { ...domain, domain: 'my-domain' }] } })
  try {
    await startAfresh()
    const folders = await Promise.all(
      ['a', 'b'].map((name) =>
        stage.makeProject(`two-${name}`, plugin({ name: `of-${name}`, domain: `domain-${name}` })),
      ),
    )
    await expectAllReady(folders)
    const minted = stage.emulator.calls.filter(({ operation }) => operation === 'GetAuthorizationToken')
    expect(minted.map(({ domain: name }) => name).sort()).toEqual(['domain-a', 'domain-b'])
    const services = (await stage.box.items()).map(({ attributes }) => attributes['service'])
    const hosts = domains.map(({ domain: name }) => new URL(stage.emulator.repositoryUrl(name, 'dev')).host)
    expect(services.sort()).toEqual([...hosts, 'ca-sync', 'ca-sync'].sort())
  } finally {
    await stage.close()
    stage = alone
  }
})
