import { chmod, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { buildWheel } from '../../scripts/emulator/wheel.ts'
import type { PoetryLine } from '../../scripts/testbed/poetry.ts'
import type { RunResult } from '../../scripts/testbed/run.ts'
import { type Judge, openJudge } from './judge.ts'
import { declared, plugin, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

// What we say of a source is what Poetry then does: each situation on a real machine, with real Poetry as the judge.

jest.setTimeout(120_000)

/** A machine on which `mine` was synced, and the project that the situation is about. */
interface Scene {
  readonly stage: Stage
  readonly cwd: string
  /** The URL of a repository. */
  url(repository?: string): string
  /** Poetry's files, and the project's own. */
  write(file: 'config.toml' | 'auth.toml' | 'poetry.toml' | '.netrc', text: string, mode?: number): Promise<void>
  sync(words?: readonly string[]): Promise<unknown>
  /** Another project that is synced first. */
  other(name: string, repository: string): Promise<string>
}

interface Situation {
  readonly title: string
  /** Only on this line of Poetry. */
  readonly line?: PoetryLine
  /** The tables of its pyproject.toml; the source is called `dev` unless the name says otherwise. */
  readonly tables?: (url: (repository?: string) => string) => readonly string[]
  /** In place of what its pyproject.toml begins with. */
  readonly head?: (count: number) => string
  readonly name?: string
  readonly before?: (scene: Scene) => Promise<unknown>
  readonly env?: (scene: Scene) => Readonly<Record<string, string | undefined>>
  /** ready, install, publish; or why there is no such row at all. */
  readonly says: readonly [ready: boolean, install: boolean, publish: boolean]
  /** The exit code of a run by hand. */
  readonly code?: number
  /** Poetry can do more than `ready` says: its login is another one's only for the other thing. */
  readonly canAdd?: true
  readonly canPublish?: true
  /** Poetry publishes there, as we say at every run by hand. */
  readonly strays?: string
}

const both = (name: string, repository: string, its: string): string[] => [
  plugin({ name, repository }),
  declared(name, `${its}simple/`),
]
const usual = (url: (repository?: string) => string): string[] => both('dev', 'dev', url())
const well = [true, true, true] as const
const installOnly = [true, true, false] as const
const publishOnly = [true, false, true] as const
const neither = [true, false, false] as const
const stopped = [false, true, true] as const
/** Without a keyring nothing is set up. */
const refused = [false, true, false] as const
const declaredWith = (line: string) => ({
  tables: (url: (repository?: string) => string) => [
    plugin(),
    declared('dev', `${url()}simple/`).replace(/priority.*/, line),
  ],
})
const variable = (name: string, value = 'secret') => ({ env: () => ({ [name]: value }) })
const legacy = (count: number): string => `[tool.poetry]
name = "my-app"
version = "0.1.${count}"
description = ""
authors = []
packages = []
[tool.poetry.dependencies]
python = ">=3.9"`

const modern = (count: number): string => `[project]
name = "my-app"
version = "0.1.${count}"
requires-python = ">=3.9"
`
/** As after `su`, in cron and in old terminals: the socket is there, the variable is not. */
const noBus = { env: () => ({ DBUS_SESSION_BUS_ADDRESS: undefined }) }
/** As over ssh, after `su` to a user without a session, and in a container. */
const bare = { env: () => ({ DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: undefined }) }
/** As in tmux that is older than the login. */
const gone = { env: () => ({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' }) }
const login = (name: string, ...lines: string[]): string => [`[http-basic.${name}]`, ...lines, ''].join('\n')
const repository = (name: string, url: string): string => `[repositories.${name}]\nurl = "${url}"\n`

const situations: readonly Situation[] = [
  { title: 'both tables', says: well },
  {
    title: "only Poetry's table",
    tables: (url) => [plugin({ name: 'qa', repository: 'qa' }), declared('qa', `${url('qa')}simple/`)],
    name: 'qa',
    says: well,
  },
  { title: "only the plugin's table", tables: () => [plugin()], says: publishOnly },
  {
    title: "only the plugin's table, of a name that was synced elsewhere",
    tables: () => [plugin()],
    before: ({ other }) => other('dev', 'dev'),
    says: publishOnly,
  },
  { title: 'declared without simple/', tables: (url) => [plugin(), declared('dev', url())], says: publishOnly },
  {
    title: 'declared with simple, without the slash',
    tables: (url) => [plugin(), declared('dev', `${url()}simple`)],
    says: well,
  },
  {
    title: 'declared as another path of the host',
    tables: (url) => [plugin(), declared('dev', `${url('nowhere')}simple/`)],
    says: publishOnly,
  },
  {
    title: 'declared under another name',
    tables: (url) => [plugin(), declared('devel', `${url()}simple/`)],
    says: publishOnly,
  },
  { title: 'a name with an underscore', tables: (url) => both('my_dev', 'dev', url()), name: 'my_dev', says: well },
  { title: 'a name with capitals', tables: (url) => both('MyDev', 'dev', url()), name: 'MyDev', says: well },
  {
    title: 'a name with a dot, on a Poetry that knows it',
    line: '2.5',
    tables: (url) => both('acme.internal', 'dev', url()),
    name: 'acme.internal',
    says: well,
  },
  {
    title: 'a bad source beside it',
    tables: (url) => [...usual(url), plugin({ name: 'bad', owner: '12' })],
    says: well,
    code: 6,
  },
  {
    title: 'a blank in the name of another',
    tables: (url) => [...usual(url), plugin({ name: 'AWS Code' })],
    says: well,
    code: 6,
  },
  {
    title: 'a dot in the name of another, on an old Poetry',
    line: '1.8',
    tables: (url) => [...usual(url), plugin({ name: 'acme.internal' })],
    says: well,
    code: 6,
  },

  { title: 'a priority that no Poetry has', ...declaredWith('priority = "Explicit"'), says: neither },
  { title: 'a priority of Poetry 1.8', line: '1.8', ...declaredWith('priority = "secondary"'), says: well },
  { title: 'a priority that was, on Poetry 2', line: '2.5', ...declaredWith('priority = "default"'), says: neither },
  { title: 'a flag of Poetry 1.8', line: '1.8', ...declaredWith('default = true'), says: well },
  { title: 'a flag that was, on Poetry 2', line: '2.5', ...declaredWith('secondary = false'), says: neither },
  { title: 'a key of another table', ...declaredWith('region = "us-east-1"'), says: neither },
  {
    title: 'another source that Poetry refuses',
    tables: (url) => [...usual(url), '[[tool.poetry.source]]\nname = "pypi"\nurl = "https://x.invalid/"'],
    says: neither,
  },
  { title: 'a byte-order mark', head: (count) => `\ufeff${legacy(count)}`, says: neither },
  { title: 'a project of Poetry 2', line: '2.5', head: modern, says: well },
  { title: 'a project of Poetry 2, on an old one', line: '1.8', head: modern, says: neither },
  { title: 'a project of both', head: (count) => `${modern(count)}${legacy(count)}`, says: well },
  {
    title: 'a Poetry that is too old for the project',
    line: '2.5',
    head: (count) => `${modern(count)}[tool.poetry]\nrequires-poetry = ">=99,<100"`,
    says: neither,
  },
  {
    title: 'a Poetry that is as the project wants it',
    line: '2.5',
    head: (count) => `${modern(count)}[tool.poetry]\nrequires-poetry = "^2.1, !=2.2.0"`,
    says: well,
  },

  { title: 'a password in a variable', ...variable('POETRY_HTTP_BASIC_DEV_PASSWORD'), says: stopped, code: 5 },
  { title: 'an empty password in a variable', ...variable('POETRY_HTTP_BASIC_OTHER_PASSWORD'), says: well },
  { title: 'another user in a variable', ...variable('POETRY_HTTP_BASIC_DEV_USERNAME', 'me'), says: stopped, code: 5 },
  { title: 'our user in a variable', ...variable('POETRY_HTTP_BASIC_DEV_USERNAME', 'aws'), says: well },
  {
    title: 'a PyPI token in a variable',
    ...variable('POETRY_PYPI_TOKEN_DEV'),
    says: [false, true, false],
    code: 5,
    canAdd: true,
  },
  { title: "another name's PyPI token in a variable", ...variable('POETRY_PYPI_TOKEN_QA'), says: well },
  { title: 'no keyring, by a variable', ...variable('POETRY_KEYRING_ENABLED', 'false'), says: refused, code: 5 },
  { title: 'a keyring, by a variable', ...variable('POETRY_KEYRING_ENABLED', 'true'), says: well },
  {
    title: 'a null keyring, by a variable',
    ...variable('PYTHON_KEYRING_BACKEND', 'keyring.backends.null.Keyring'),
    says: refused,
    code: 5,
  },
  {
    title: 'a failing keyring, by a variable',
    ...variable('PYTHON_KEYRING_BACKEND', 'keyring.backends.fail.Keyring'),
    says: refused,
    code: 5,
  },
  { title: 'a bus that Poetry does not find', ...noBus, says: stopped, code: 5 },
  { title: 'the same after a run where it does', ...noBus, before: ({ sync }) => sync(), says: stopped, code: 5 },
  { title: 'a session that has no bus', ...bare, says: refused, code: 5 },
  { title: 'the same after a run in one that has', ...bare, before: ({ sync }) => sync(), says: stopped, code: 5 },
  {
    title: 'the same after a job there',
    ...bare,
    before: async ({ sync, stage, cwd }) => {
      await sync()
      await stage.caSync(['--unattended'], { cwd, env: { ...stage.env, ...bare.env() } })
    },
    says: stopped,
    code: 5,
  },
  { title: 'a bus of a login that has ended', ...gone, before: ({ sync }) => sync(), says: stopped, code: 5 },
  {
    title: 'another URL in a variable',
    env: ({ url }) => ({ POETRY_REPOSITORIES_DEV_URL: url('nowhere') }),
    says: installOnly,
  },
  { title: 'the URL in a variable', env: ({ url }) => ({ POETRY_REPOSITORIES_DEV_URL: url() }), says: well },
  {
    title: "another repository's URL in a variable",
    ...variable('POETRY_REPOSITORIES_OTHER_URL', 'https://x.invalid/'),
    says: installOnly,
  },

  {
    title: 'a password in poetry.toml',
    before: ({ write }) => write('poetry.toml', login('dev', 'username = "aws"', 'password = "x"')),
    says: stopped,
    code: 5,
  },
  {
    title: 'an empty password in poetry.toml',
    before: ({ write }) => write('poetry.toml', '[virtualenvs]\nin-project = false\n'),
    says: well,
  },
  {
    title: 'another user in poetry.toml',
    before: ({ write }) => write('poetry.toml', login('dev', 'username = "me"')),
    says: stopped,
    code: 5,
  },
  {
    title: 'a PyPI token in poetry.toml',
    before: ({ write }) => write('poetry.toml', '[pypi-token]\ndev = "x"\n'),
    says: [false, true, false],
    code: 5,
    canAdd: true,
  },
  {
    title: 'another URL in poetry.toml',
    before: ({ write, url }) => write('poetry.toml', repository('dev', url('nowhere'))),
    says: installOnly,
  },
  {
    title: 'the URL in poetry.toml',
    before: ({ write, url }) => write('poetry.toml', repository('dev', url())),
    says: well,
  },
  {
    title: 'no keyring, by poetry.toml',
    before: ({ write }) => write('poetry.toml', '[keyring]\nenabled = false\n'),
    says: refused,
    code: 5,
  },
  {
    title: 'no keyring, by config.toml',
    before: ({ write }) => write('config.toml', '[keyring]\nenabled = false\n'),
    says: refused,
    code: 5,
  },
  {
    title: 'no keyring by config.toml, one by poetry.toml',
    before: async ({ write }) => {
      await write('config.toml', '[keyring]\nenabled = false\n')
      await write('poetry.toml', '[keyring]\nenabled = true\n')
    },
    says: well,
  },
  {
    title: 'a password in auth.toml, which a run removes',
    before: ({ write }) => write('auth.toml', login('dev', 'username = "aws"', 'password = "x"')),
    says: well,
  },
  {
    title: 'a password in config.toml',
    before: ({ write }) => write('config.toml', login('dev', 'password = "x"')),
    says: stopped,
    code: 5,
  },
  {
    title: 'netrc, on an old Poetry',
    line: '1.8',
    before: ({ write }) => write('.netrc', 'machine 127.0.0.1 login me password x\n'),
    says: stopped,
    code: 5,
    canPublish: true,
  },
  {
    title: 'netrc, on a new Poetry',
    line: '2.5',
    before: ({ write }) => write('.netrc', 'machine 127.0.0.1 login me password x\n'),
    says: well,
  },
  {
    title: 'netrc of somebody else',
    before: ({ write }) => write('.netrc', 'machine x.invalid login me password x\n'),
    says: well,
  },

  {
    title: 'another project has the name',
    before: ({ other }) => other('dev', 'prod'),
    says: installOnly,
    strays: 'prod',
  },
  {
    title: 'another project has the name, and it is not declared here',
    tables: () => [plugin()],
    before: ({ other }) => other('dev', 'prod'),
    says: neither,
    strays: 'prod',
  },
  {
    title: 'another project has the name, and this one its own',
    before: async ({ other, sync }) => {
      await other('dev', 'prod')
      await sync(['--local'])
    },
    says: well,
  },
  {
    title: 'another project has the name, and this one has its own no more',
    before: async ({ other, sync }) => {
      await other('dev', 'prod')
      await sync(['--local'])
      await sync(['--no-local'])
    },
    says: installOnly,
    strays: 'prod',
  },
  { title: 'another project has the name in another case', before: ({ other }) => other('Dev', 'prod'), says: well },
  {
    title: 'a hand wrote another URL',
    before: ({ write }) => write('config.toml', repository('dev', 'https://x.invalid/')),
    says: installOnly,
  },
  {
    title: 'a hand wrote another URL, and this one has its own',
    before: async ({ write, sync }) => {
      await write('config.toml', repository('dev', 'https://x.invalid/'))
      await sync(['--local'])
    },
    says: well,
  },
  {
    title: 'a hand wrote the URL without its slash',
    before: ({ write, url }) => write('config.toml', repository('dev', url().slice(0, -1))),
    says: well,
  },
  {
    title: 'a hand wrote the URL with simple/',
    before: ({ write, url }) => write('config.toml', repository('dev', `${url()}simple/`)),
    says: well,
  },

  {
    title: 'config.toml is read-only',
    before: ({ write }) => write('config.toml', '# mine\n', 0o444),
    says: installOnly,
  },
  {
    title: 'config.toml is read-only, and has the line',
    before: ({ write, url }) => write('config.toml', repository('dev', url()), 0o444),
    says: well,
  },
  {
    title: 'config.toml is read-only, and this one has its own',
    before: async ({ write, sync }) => {
      await write('config.toml', '# mine\n', 0o444)
      await sync(['--local'])
    },
    says: well,
  },
  {
    title: 'config.toml is a link into a read-only folder',
    before: ({ stage }) => intoStore(stage),
    says: installOnly,
  },
  { title: 'auth.toml is read-only', before: ({ write }) => write('auth.toml', '# mine\n', 0o444), says: well },
  {
    title: 'auth.toml is read-only, with a password',
    before: ({ write }) => write('auth.toml', login('dev', 'username = "aws"', 'password = "x"'), 0o444),
    says: stopped,
    code: 5,
  },
]

/** As home-manager and chezmoi make it. */
async function intoStore({ box, config }: Stage): Promise<void> {
  const store = join(box.dir, 'store')
  await rm(store, { recursive: true, force: true })
  for (const folder of [store, config]) await mkdir(folder, { recursive: true })
  await writeFile(join(store, 'config.toml'), '# mine\n', { mode: 0o444 })
  await rm(join(config, 'config.toml'), { force: true })
  await symlink(join(store, 'config.toml'), join(config, 'config.toml'))
  await chmod(store, 0o555)
}

describe.each<PoetryLine>(['2.5', '1.8'])('Poetry %s', (line) => {
  let stage: Stage
  let judge: Judge
  let first: string
  let count = 0
  const kept = () => [stage.config, stage.state] as const

  beforeAll(async () => {
    stage = await openStage({ line, emulator: {} })
    for (const one of ['dev', 'qa', 'prod'])
      stage.emulator.addPackage({ domain, repository: one, name: library, version: '1.2.3' })
    // For a name that is none of theirs.
    first = await stage.makeProject('first', pyproject(plugin({ name: 'first' })))
    expect(await stage.caSync([], { cwd: first })).toMatchObject({ code: 0 })
    for (const folder of kept()) await cp(folder, `${folder}.before`, { recursive: true })
    judge = openJudge(line, stage.env)
  })
  afterAll(async () => {
    judge.close()
    await chmod(join(stage.box.dir, 'store'), 0o755).catch(() => undefined) // who is not root could not remove it
    await stage.close()
  })
  beforeEach(async () => {
    for (const folder of kept()) await rm(folder, { recursive: true, force: true })
    await rm(join(stage.box.home, '.netrc'), { force: true })
  })

  async function scene({ tables = usual, head = legacy }: Situation): Promise<Scene> {
    const url = (of = 'dev') => stage.emulator.repositoryUrl(domain, of)
    count += 1
    const cwd = await stage.makeProject(`p${count}`, [head(count), ...tables(url)].join('\n'))
    // What is published must be new to the index.
    const { filename, content } = buildWheel({ name: 'my-app', version: `0.1.${count}` })
    await mkdir(join(cwd, 'dist'))
    await writeFile(join(cwd, 'dist', filename), content)
    const places = {
      'poetry.toml': cwd,
      '.netrc': stage.box.home,
      'config.toml': stage.config,
      'auth.toml': stage.config,
    }
    return {
      stage,
      cwd,
      url,
      async write(file, text, mode = 0o600) {
        await rm(join(places[file], file), { force: true })
        await mkdir(places[file], { recursive: true })
        await writeFile(join(places[file], file), text, { mode })
      },
      sync: (words = []) => stage.caSync(words, { cwd }),
      async other(name, of) {
        const folder = await stage.makeProject(`other${count}`, pyproject(...both(name, of, url(of))))
        expect(await stage.caSync([], { cwd: folder })).toMatchObject({ code: 0 })
        return folder
      },
    }
  }

  /** Runs it again where a busy machine had no time for the bus, which has to answer Python in 2 s, or Python: what hangs says so each time. */
  async function inTime(look: () => Promise<RunResult>, tries = 3): Promise<RunResult> {
    const result = await look()
    return tries > 1 && /d(?:id|oes) not answer/.test(result.stdout) ? inTime(look, tries - 1) : result
  }

  // Every other one asks for a token, and Poetry's Python, the rest share one, and nothing is to be asked: on the other line it is the other way round.
  const rows = situations.flatMap((one, at) =>
    (one.line ?? line) === line ? [{ ...one, isFresh: (at % 2 === 0) === (line === '2.5') }] : [],
  )

  describe('with the token of another project', () => {
    beforeEach(async () => {
      for (const folder of kept()) await cp(`${folder}.before`, folder, { recursive: true })
    })
    test.each(rows.filter(({ isFresh }) => !isFresh))('$title', isAsSaid)
  })

  describe('with a token of its own', () => {
    beforeAll(async () => {
      for (const folder of kept()) await cp(`${folder}.before`, folder, { recursive: true })
      expect(await stage.caSync(['logout', '-q'], { cwd: first })).toMatchObject({ code: 0 })
      expect(await stage.entries()).toEqual({})
    })
    beforeEach(() => judge.emptyKeyring())
    test.each(rows.filter(({ isFresh }) => isFresh))('$title', isAsSaid)
  })

  async function isAsSaid(situation: Situation): Promise<void> {
    const { name = 'dev', says, code = 0, canAdd = false, canPublish = false, strays } = situation
    const its = await scene(situation)
    await situation.before?.(its)
    const env = { ...stage.env, ...situation.env?.(its) }
    const call = { cwd: its.cwd, env }

    const synced = await stage.caSync(['--json'], call)
    expect(synced.code).toBe(code)
    const [status, sources, doctor] = await Promise.all(
      [['status'], ['sources'], ['doctor']].map((words) => inTime(() => stage.caSync([...words, '--json'], call))),
    )
    const story = [synced, status, sources, doctor].map((result) => {
      const { sources: rows = [], error } = JSON.parse(result?.stdout ?? '')
      const row = rows.find((one: { name: string }) => one.name === name)
      // What hits every source alike ends a run.
      return row === undefined ? [error === null, says[1], says[2]] : [row.ready, row.install, row.publish]
    })
    expect([story, doctor?.stdout]).toEqual([[says, says, says, says], doctor?.stdout])

    const [ready, install, publish] = says
    const added = await judge.poetry(['add', '--lock', library, '--source', name], its.cwd, env)
    expect([added.code === 0, added.said]).toEqual([(ready && install) || canAdd, added.said])
    const publishes = (ready && publish) || canPublish || strays !== undefined
    stage.emulator.clearCalls()
    const published = await judge.poetry(['publish', '-r', name], its.cwd, env)
    expect([published.code === 0, published.said]).toEqual([publishes, published.said])
    const uploads = stage.emulator.requests.filter(({ method, status: answer }) => method === 'POST' && answer === 200)
    const meant = strays ?? (name === 'qa' ? 'qa' : 'dev')
    expect(new Set(uploads.map((one) => one.repository))).toEqual(new Set(publishes ? [meant] : []))
    // Never without a word, whatever was said before.
    if (strays !== undefined)
      for (const _ of [1, 2])
        expect((await stage.caSync([], call)).stderr).toMatch(
          /us-east-1\/prod in .*poetry publish -r dev goes to the other one/,
        )
  }
})
