import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import type { Lifetime } from '../../src/core/memory/freshness.ts'
import type { State } from '../../src/core/memory/state.ts'
import type { Token } from '../../src/core/repository/token.ts'
import { openVault } from '../../src/vault/vault.ts'
import { openTerminal } from '../helpers/terminal.ts'
import { filesHolding, pieces, snapshot } from './files.ts'
import { both, declared, plugin, pyproject } from './pyproject.ts'
import { count, domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

let stage: Stage
afterEach(() => stage.close())

const minted = () => count(stage.emulator, 'GetAuthorizationToken')
const tokens = () => stage.emulator.issuedTokens()
const secrets = () => tokens().flatMap(pieces)
const exec = (command: readonly string[], options: readonly string[] = [], call = {}): Promise<RunResult> =>
  stage.caSync(['exec', ...options, '--', ...command], call)
/** The token that a command gets for a source. */
const tokenFor = async (name: string, options: readonly string[] = [], call = {}): Promise<string> => {
  const { code, stdout, stderr } = await exec(['printenv', `POETRY_HTTP_BASIC_${name}_PASSWORD`], options, call)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.trim()
}

describe.each(['2.5', '1.8'] as const)('with no bus and no keyring, Poetry %s', (line) => {
  test('add and publish work, and no file holds the token', async () => {
    stage = await openStage({ keyring: 'no-bus', line })
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })

    const refused = await stage.caSync([])
    expect(refused).toMatchObject({ code: 5, stdout: '' })
    expect(refused.stderr).toMatch(/^error: .*\n {2}.*ca-sync exec -- poetry .*\n$/)

    const call = { timeoutMs: 120_000 }
    expect(await exec(['poetry', 'add', library, '--source', 'dev'], [], call)).toMatchObject({ code: 0 })
    expect(await exec(['poetry', 'build'], [], call)).toMatchObject({ code: 0 })
    expect(await exec(['poetry', 'publish', '-r', 'dev'], [], call)).toMatchObject({ code: 0 })
    const uploads = stage.emulator.requests.filter(({ method }) => method === 'POST')
    expect(uploads.map(({ path, user, status }) => [path, user, status])).toEqual([
      ['/pypi/dev/', 'aws', 200],
      ['/pypi/dev/', 'aws', 200],
    ])
    expect(await filesHolding(stage.box.dir, secrets())).toEqual([])
  })
})

describe('the command', () => {
  test.each([
    ['its exit code', ['sh', '-c', 'exit 7'], 7],
    ['the signal that ended it', ['sh', '-c', 'kill -KILL $$'], 137],
  ])('gives %s', async (_, command, code) => {
    stage = await openStage({ keyring: 'no-bus' })
    expect(await exec(command)).toMatchObject({ code, stdout: '', stderr: '' })
  })

  test('has its own input, output, words and folder, and no variable but ours is new', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const script = 'pwd; cat; printf "%s|" "$@"; echo talk >&2'
    const words = ['--json', '-v', '--unattended', '--', 'a b', '$HOME', '']
    const cwd = join(stage.project, 'my_app')
    expect(await exec(['sh', '-c', script, 'sh', ...words], [], { input: 'typed\n', cwd })).toEqual({
      code: 0,
      signal: null,
      stdout: `${cwd}\ntyped\n${words.map((word) => `${word}|`).join('')}`,
      stderr: 'talk\n',
    })

    const names = (text: string) => new Set(text.split('\0').map((pair) => pair.split('=')[0] ?? ''))
    const before = names((await exec(['true'], [], {})).stdout)
    const after = names((await exec(['env', '-0'])).stdout)
    const known = new Set([...before, ...Object.keys(stage.env), '_', 'PWD', 'OLDPWD', 'SHLVL'])
    expect([...after].filter((name) => !known.has(name)).sort()).toEqual(
      ['DEV', 'PROD', 'QA'].flatMap((name) =>
        ['PASSWORD', 'USERNAME'].map((end) => `POETRY_HTTP_BASIC_${name}_${end}`),
      ),
    )
  })

  test.each([
    ['is not there', ['no-such-program'], 127, /There is no program "no-such-program"\.\n/],
    ['is no word', [''], 127, /There is no program ""\.\n/],
    ['is one word too long', ['poetry install'], 127, /words of their own: ca-sync exec -- poetry install\n$/],
    ['is a folder', ['/'], 126, /"\/" cannot be started: it is a folder, or not executable\.\n/],
    ['has no interpreter', ['./script'], 126, /its first line names is not there/],
  ])('%s', async (_, command, code, says) => {
    stage = await openStage({ keyring: 'no-bus' })
    await writeFile(join(stage.project, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 })
    const result = await exec(command)
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) })
  })

  test.each([['-q'], ['--quiet'], ['-v'], ['--verbose']])('%s may stand before `exec`, too', async (option) => {
    stage = await openStage({ keyring: 'no-bus' })
    expect(await stage.caSync([option, 'exec', '--', 'sh', '-c', 'exit 7'])).toMatchObject({ code: 7, stdout: '' })
  })

  test.each([
    ['none', ['exec']],
    ['none after --', ['exec', '--']],
    ['without --', ['exec', 'poetry', 'install']],
  ])('%s: a usage error with an example', async (_, words) => {
    stage = await openStage({ keyring: 'no-bus' })
    const result = await stage.caSync(words)
    expect(result).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('ca-sync exec -- poetry install'),
    })
    expect(minted()).toBe(0)
  })
})

describe('signals', () => {
  test.each(['INT', 'TERM', 'HUP', 'QUIT', 'USR1', 'USR2'])('SIG%s reaches the command once', async (signal) => {
    stage = await openStage({ keyring: 'no-bus' })
    const script = `count=0; trap 'count=$((count + 1)); echo got it $count' ${signal}
      (kill -${signal} $PPID) &
      while [ $count = 0 ]; do sleep 0.05; done; sleep 0.2; exit 9`
    expect(await exec(['bash', '-c', script])).toMatchObject({ code: 9, stdout: 'got it 1\n', stderr: '' })
  })

  test('Ctrl-C, Ctrl-Z and fg work as without ca-sync', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const rc = join(stage.box.dir, 'rc')
    const prompt = "PS1='@@$?@@ '; PS2=; unset HISTFILE\nbind 'set enable-bracketed-paste off' 2>/dev/null\n"
    const command = `trap "echo caught; exit 3" INT; kill -TSTP 0; kill -INT 0; sleep 5`
    await writeFile(rc, `${prompt}go() { ca-sync exec -- bash -c '${command}'; }\n`)
    const terminal = openTerminal(['bash', '--rcfile', rc, '-i'], stage.env, stage.project)
    await terminal.start()
    expect((await terminal.enter('go')).printed).toMatch(/Stopped/)
    const { printed, code } = await terminal.enter('fg')
    expect(printed.split('\n').filter((line) => line.trim() === 'caught')).toHaveLength(1)
    expect(code).toBe(3)
    await terminal.leave('exit')
  })

  const counted = "count=0; trap 'count=$((count + 1))' INT"
  const told = 'while [ $count = 0 ]; do sleep 0.05; done; sleep 0.3; exit $count'
  test.each([
    ['Ctrl-C, with every stream redirected', 'kill -INT 0', '</dev/null >log 2>&1'],
    ['a signal for ca-sync alone, in the background', 'kill -INT $PPID', '& wait $!'],
  ])('%s, reaches the command once', async (_, kill, rest) => {
    stage = await openStage({ keyring: 'no-bus' })
    const rc = join(stage.box.dir, 'rc')
    await writeFile(join(stage.project, 'command'), `${counted}; ${kill}; ${told}\n`)
    await writeFile(rc, `PS1='@@$?@@ '; PS2=; unset HISTFILE\ngo() { ca-sync exec -- bash command ${rest}; }\n`)
    const terminal = openTerminal(['bash', '--noediting', '--rcfile', rc, '-i'], stage.env, stage.project)
    await terminal.start()
    expect(await terminal.enter('go')).toMatchObject({ code: 1 })
    await terminal.leave('exit')
  })

  // What sudo starts is another user's. Root may send it signals, but for root without this capability.
  const asRoot = process.getuid?.() === 0 ? test : test.skip
  asRoot('one that the command cannot be sent does not end the wait for it', async () => {
    stage = await openStage()
    await tokenFor('DEV')
    await tokenFor('DEV')
    const whenOther = 'until [ "$(stat -c %u /proc/$$)" = 65534 ]; do sleep 0.05; done'
    const script = `mkfifo sent; exec 3<>sent; (${whenOther}; kill -TERM $PPID; echo >&3) & echo run
      exec setpriv --reuid=65534 --clear-groups sh -c 'read -r _ <&3; sleep 0.3; exit 9'`
    const withoutKill = ['--bounding-set=-kill', 'ca-sync', 'exec', '--', 'sh', '-c', script]
    expect(await run('setpriv', withoutKill, { env: stage.env, cwd: stage.project })).toMatchObject({
      code: 9,
      stdout: 'run\n',
      stderr: '',
    })
  })
})

describe('the vault', () => {
  test('gives the token to the next run, and one for all sources is minted once', async () => {
    stage = await openStage()
    expect(await tokenFor('DEV')).toBe(tokens()[0])
    expect(await tokenFor('QA')).toBe(tokens()[0])
    expect(await tokenFor('PROD')).toBe(tokens()[0])
    expect(await tokenFor('DEV', ['-s', 'dev', '--source', 'qa'])).toBe(tokens()[0])
    expect(await exec(['printenv', 'POETRY_HTTP_BASIC_QA_PASSWORD'], ['-s', 'dev'])).toMatchObject({ code: 1 })
    expect(minted()).toBe(1)
    expect((await stage.box.items()).map(({ attributes }) => attributes['service'])).toEqual(['ca-sync'])
    expect(await filesHolding(stage.box.dir, secrets())).toEqual([])
  })

  test('has the token of ca-sync, and gives ours to it', async () => {
    stage = await openStage()
    await stage.caSync([])
    expect(await tokenFor('DEV')).toBe(tokens()[0])
    await tokenFor('DEV', ['--force'])
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await tokenFor('DEV')).toBe(tokens()[1])
    expect(minted()).toBe(2)
  })

  test('is renewed when less than the threshold is left', async () => {
    stage = await openStage({ emulator: { tokenSeconds: 3600 } })
    await tokenFor('DEV')
    await tokenFor('DEV')
    await elapse(1700)
    expect(await tokenFor('DEV')).toBe(tokens()[0])
    await elapse(200)
    expect(await tokenFor('DEV')).toBe(tokens()[1])
    expect(await tokenFor('DEV')).toBe(tokens()[1])
    expect(await tokenFor('DEV', ['--refresh-before', '3000s'])).toBe(tokens()[1])
    await elapse(700)
    expect(await tokenFor('DEV', ['--refresh-before', '3000s'])).toBe(tokens()[2])
    expect(minted()).toBe(3)
  })

  test('has to do while AWS gives none', async () => {
    stage = await openStage({ emulator: { tokenSeconds: 3600 } })
    await tokenFor('DEV')
    await elapse(2000)
    stage.emulator.faults.set('GetAuthorizationToken', {
      kind: 'error',
      status: 403,
      type: 'AccessDeniedException',
      message: 'no',
    })
    const { code, stdout, stderr } = await exec(['printenv', 'POETRY_HTTP_BASIC_DEV_PASSWORD'])
    expect({ code, token: stdout.trim() }).toEqual({ code: 0, token: tokens()[0] })
    expect(stderr).toMatch(/^warning: dev, qa, prod: no new token .* is good for another 2[67] min\.\n$/)
    await elapse(2000)
    expect(await exec(['true'])).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^error: dev, qa, prod: /),
    })
  })

  test.each(['locked', 'no-collection', 'no-service'] as const)(
    '%s: AWS gives one, and nothing prompts',
    async (keyring) => {
      stage = await openStage({ keyring })
      expect(await tokenFor('DEV')).toBe(tokens()[0])
      expect(await tokenFor('DEV')).toBe(tokens()[1])
      expect(await filesHolding(stage.box.dir, secrets())).toEqual([])
    },
  )

  test.each([
    ['locked since', () => stage.box.lockKeyring()],
    ['stopped since', async () => stage.box.stopKeyring()],
  ])('%s', async (_, change) => {
    stage = await openStage()
    await tokenFor('DEV')
    await change()
    expect(await tokenFor('DEV')).toBe(tokens()[1])
  })

  test('eight runs at once ask AWS once', async () => {
    stage = await openStage({ emulator: { latencyMs: 50 } })
    const all = await Promise.all(Array.from({ length: 8 }, () => tokenFor('DEV')))
    expect(new Set(all)).toEqual(new Set([tokens()[0]]))
    expect(minted()).toBe(1)
  })

  test('a failing one is told of with --verbose only', async () => {
    stage = await openStage({ keyring: 'locked' })
    const { code, stderr } = await exec(['true'], ['--verbose'])
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^warning: The token was not kept for the next time: the keyring is locked, or there is none\n$/,
    )
  })
})

test('what changes is seen, though the run before left nothing to do', async () => {
  stage = await openStage()
  const qa = stage.emulator.repositoryUrl(domain, 'qa')
  const cwd = await stage.makeProject('changing', pyproject(both(stage.url)))
  for (let run = 0; run < 3; run += 1) await tokenFor('DEV', [], { cwd })
  await writeFile(join(cwd, 'pyproject.toml'), pyproject(both(stage.url), both(qa, { name: 'qa', repository: 'qa' })))
  expect(await tokenFor('QA', [], { cwd })).toBe(tokens()[0])
  expect(await tokenFor('QA', [], { cwd })).toBe(tokens()[0])
  await rm(join(stage.config, 'config.toml'))
  await tokenFor('QA', [], { cwd })
  expect(await config()).toContain(`[repositories.qa]\nurl = "${qa}"`)
  await writeFile(join(cwd, 'poetry.toml'), '[repositories.DEV]\nurl = "https://evil.example/"\n')
  expect(await exec(['true'], [], { cwd })).toMatchObject({ code: 3 })
  expect(minted()).toBe(1)
})

test('a project that Poetry is sent to is looked at, though the run before left nothing to do', async () => {
  stage = await openStage()
  for (let run = 0; run < 3; run += 1) await tokenFor('DEV')
  const evil = pyproject(plugin(), declared('dev', 'https://evil.example/simple/'))
  const other = await stage.makeProject('other', evil)
  const { code, stderr } = await exec(['poetry', '-C', other, '--version'])
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('evil.example') })
  expect(minted()).toBe(1)
})

const config = () => readFile(join(stage.config, 'config.toml'), 'utf8')

describe("Poetry's config.toml", () => {
  test('gets the repositories, and keeps the rest', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    await mkdir(stage.config, { recursive: true })
    await writeFile(join(stage.config, 'config.toml'), '# mine\n[repositories.other]\nurl = "https://example.com/"\n')
    expect(await exec(['true'])).toMatchObject({ code: 0, stderr: '' })
    expect(await config()).toMatch(/^# mine\n\[repositories\.other\]/)
    for (const name of ['dev', 'qa', 'prod'])
      expect(await config()).toContain(`[repositories.${name}]\nurl = "${stage.url}"`)
  })

  test('that cannot be written: a warning, and publishing works all the same', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    await stage.poetry(['build'])
    const publish = await inReadOnlyHome(['poetry', 'publish', '-r', 'dev'])
    expect(publish).toMatchObject({ code: 0 })
    expect(publish.stderr).toMatch(
      /^warning: Cannot write .*config\.toml: permission denied\. poetry publish -r dev works all the same, through POETRY_REPOSITORIES_DEV_URL in the environment\.\n/,
    )
    expect(stage.emulator.requests.filter(({ method, status }) => method === 'POST' && status === 200)).toHaveLength(2)
  })

  test('that cannot be written, with a name that no variable can stand for: the warning says what fails', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const cwd = await stage.makeProject('digits', pyproject(both(stage.url, { name: 'dev2' })))
    const { code, stdout, stderr } = await inReadOnlyHome(['env'], cwd)
    expect(code).toBe(0)
    expect(stdout).not.toContain('POETRY_REPOSITORIES')
    expect(stderr).toMatch(
      /^warning: .*poetry publish -r NAME would go to the …\/simple\/ URL of dev2 and fail; set POETRY_CONFIG_DIR .*\n$/,
    )
  })
})

// Root obeys the modes of files, too, once it is without this capability.
const obedient = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override'] : []

/** Runs `exec` in a home in which nothing can be made or changed. */
async function inReadOnlyHome(command: readonly string[], cwd = stage.project): Promise<RunResult> {
  const [program = '', ...words] = [...obedient, 'ca-sync', 'exec', '--', ...command]
  const before = await snapshot(stage.box.home)
  await run('chmod', ['-R', 'a-w', stage.box.home], { env: stage.env })
  try {
    return await run(program, words, { env: stage.env, cwd, timeoutMs: 120_000 })
  } finally {
    await run('chmod', ['-R', 'u+w', stage.box.home], { env: stage.env })
    expect(Object.keys(await snapshot(stage.box.home))).toEqual(Object.keys(before))
  }
}

describe('names', () => {
  test('another project has the name for another repository: each publishes to its own', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    await exec(['true'])
    const qa = stage.emulator.repositoryUrl(domain, 'qa')
    const cwd = await stage.makeProject('other', pyproject(both(qa, { repository: 'qa' })))
    const show = ['sh', '-c', 'echo $POETRY_REPOSITORIES_DEV_URL']
    for (const _ of [1, 2])
      expect(await exec(show, [], { cwd })).toMatchObject({ code: 0, stdout: `${qa}\n`, stderr: '' })
    expect(await exec(show)).toMatchObject({ code: 0, stdout: '\n', stderr: '' })
    expect(await config()).toContain(`[repositories.dev]\nurl = "${stage.url}"`)
  })

  test('another project has the name, and no variable can say so: a warning', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const project = (repository: string) =>
      pyproject(both(stage.emulator.repositoryUrl(domain, repository), { name: 'dev2', repository }))
    const first = await stage.makeProject('first', project('dev'))
    await exec(['true'], [], { cwd: first })
    const { code, stderr } = await exec(['true'], [], { cwd: await stage.makeProject('second', project('qa')) })
    expect(code).toBe(0)
    expect(stderr).toContain(`dev2 is already 564131876131/my-domain/us-east-1/dev in ${first}`)
    expect(stderr).toContain('poetry publish -r dev2 goes to the other one')
  })

  test('two sources that are one variable', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const cwd = await stage.makeProject('twins', pyproject(plugin({ name: 'my-dev' }), plugin({ name: 'my_dev' })))
    const { code, stderr } = await exec(['true'], [], { cwd })
    expect(code).toBe(3)
    expect(stderr).toMatch(/my-dev and my_dev are the same name .*POETRY_HTTP_BASIC_MY_DEV_PASSWORD/)
    expect(await exec(['true'], ['-s', 'my-dev'], { cwd })).toMatchObject({ code: 0 })
  })

  const evil = 'http://127.0.0.1:9/simple/'
  test.each([
    ['a source of the same variable', () => pyproject(plugin({ name: 'my-dev' }), declared('my_dev', evil)), ''],
    ['a source of the same name', () => pyproject(plugin({ name: 'my-dev' }), declared('my-dev', evil)), ''],
    [
      'poetry.toml, in capitals',
      () => pyproject(plugin({ name: 'my-dev' })),
      `[repositories.MY-DEV]\nurl = "${evil}"\n`,
    ],
    ['poetry.toml, by name', () => pyproject(plugin({ name: 'my-dev' })), `[repositories.my-dev]\nurl = "${evil}"\n`],
  ])('a stranger cannot have the token sent elsewhere: %s', async (_, text, local) => {
    stage = await openStage({ keyring: 'no-bus' })
    const cwd = await stage.makeProject('stranger', text())
    if (local !== '') await writeFile(join(cwd, 'poetry.toml'), local)
    const { code, stdout, stderr } = await exec(['env'], [], { cwd })
    expect({ code, stdout }).toEqual({ code: expect.any(Number), stdout: '' })
    expect([3, 5]).toContain(code)
    expect(stderr).toContain('127.0.0.1:9')
    expect(minted()).toBe(0)
  })
})

/** Lets time go by for all that the state and the vault know of tokens. */
async function elapse(seconds: number): Promise<void> {
  const vault = openVault({
    node: process.execPath,
    script: checkout('dist/vault.cjs'),
    env: stage.box.env,
    platform: process.platform,
    uid: process.getuid?.(),
  })
  const file = join(stage.state, 'state.json')
  const state: State = JSON.parse(await readFile(file, 'utf8'))
  const earlier = <T extends Lifetime>(life: T): T => ({
    ...life,
    issuedAt: new Date(Date.parse(life.issuedAt) - seconds * 1000).toISOString(),
    expiresAt: new Date(Date.parse(life.expiresAt) - seconds * 1000).toISOString(),
  })
  for (const key of Object.keys(state.tokens)) {
    const token: Token = JSON.parse((await vault.read(key)) ?? '')
    await vault.write(key, JSON.stringify(earlier(token)))
  }
  vault.close()
  const tokens = Object.entries(state.tokens).map(([key, life]) => [key, earlier(life)])
  const served = Object.entries(state.served).map(([folder, { ready, ...record }]) => [
    folder,
    { ...record, ...(ready && { ready: { ...ready, renewAt: ready.renewAt - seconds } }) },
  ])
  await writeFile(
    file,
    JSON.stringify({ ...state, tokens: Object.fromEntries(tokens), served: Object.fromEntries(served) }),
  )
}
