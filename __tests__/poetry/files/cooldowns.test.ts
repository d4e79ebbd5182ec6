import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readCooldowns } from '../../../src/poetry/files/cooldowns.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ca-sync-cooldown-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const config = '.config/pypoetry/config.toml'
const pipConf = '.config/pip/pip.conf'
const userUv = '.config/uv/uv.toml'
const index = (more = '') => `[[tool.uv.index]]\nname = "dev"\nurl = "https://x/simple/"\n${more}`

/** [files below the home (the project is app/sub), variables, what is found: tool, setting, where (~ is the home), except]. */
test.each<[string, Record<string, string>, Record<string, string>, (string | string[])[][]]>([
  ['nothing', {}, {}, []],
  ['files that are no TOML', { [config]: '[', 'app/sub/uv.toml': '=' }, {}, []],
  [
    "Poetry's own file",
    { [config]: '[solver]\nmin-release-age = 7\n' },
    {},
    [['poetry', 'solver.min-release-age = 7', `~/${config}`, []]],
  ],
  [
    "the project's own, before it",
    { [config]: '[solver]\nmin-release-age = 7\n', 'app/sub/poetry.toml': '[solver]\nmin-release-age = 3\n' },
    {},
    [['poetry', 'solver.min-release-age = 3', '~/app/sub/poetry.toml', []]],
  ],
  [
    'switched off for the project',
    { [config]: '[solver]\nmin-release-age = 7\n', 'app/sub/poetry.toml': '[solver]\nmin-release-age = 0\n' },
    {},
    [],
  ],
  [
    'sources taken out',
    { [config]: '[solver]\nmin-release-age = 7\nmin-release-age-exclude-source = ["a", "b"]\n' },
    {},
    [['poetry', 'solver.min-release-age = 7', `~/${config}`, ['a', 'b']]],
  ],
  [
    "Poetry's variables",
    {},
    { POETRY_SOLVER_MIN_RELEASE_AGE: '9', POETRY_SOLVER_MIN_RELEASE_AGE_EXCLUDE_SOURCE: 'a, b' },
    [['poetry', 'solver.min-release-age = 9', 'POETRY_SOLVER_MIN_RELEASE_AGE', ['a', 'b']]],
  ],
  [
    "uv's table",
    { 'app/sub/pyproject.toml': '[tool.uv]\nexclude-newer = "P7D"\n' },
    {},
    [['uv', 'exclude-newer = "P7D"', '~/app/sub/pyproject.toml', []]],
  ],
  [
    "uv's table for pip",
    { 'app/sub/pyproject.toml': '[tool.uv.pip]\nexclude-newer = "P7D"\n' },
    {},
    [['uv', 'exclude-newer = "P7D"', '~/app/sub/pyproject.toml', []]],
  ],
  [
    "a workspace's",
    { 'app/pyproject.toml': '[tool.uv]\nexclude-newer = "P7D"\n' },
    {},
    [['uv', 'exclude-newer = "P7D"', '~/app/pyproject.toml', []]],
  ],
  [
    'uv.toml beside the project, instead of its table',
    { 'app/sub/pyproject.toml': '[tool.uv]\nexclude-newer = "P7D"\n', 'app/sub/uv.toml': 'exclude-newer = "P1D"\n' },
    {},
    [['uv', 'exclude-newer = "P1D"', '~/app/sub/uv.toml', []]],
  ],
  ["the user's", { [userUv]: 'exclude-newer = "P7D"\n' }, {}, [['uv', 'exclude-newer = "P7D"', `~/${userUv}`, []]]],
  [
    'an index taken out',
    { [userUv]: 'exclude-newer = "P7D"\n', 'app/sub/pyproject.toml': index('exclude-newer = false\n') },
    {},
    [['uv', 'exclude-newer = "P7D"', `~/${userUv}`, ['dev', 'https://x/simple/']]],
  ],
  [
    "uv's variable",
    { 'app/sub/pyproject.toml': index() },
    { UV_EXCLUDE_NEWER: '2026-01-01' },
    [['uv', 'exclude-newer = "2026-01-01"', 'UV_EXCLUDE_NEWER', []]],
  ],
  ['switched off by the variable', { [userUv]: 'exclude-newer = "P7D"\n' }, { UV_EXCLUDE_NEWER: 'false' }, []],
  ['no files for uv', { [userUv]: 'exclude-newer = "P7D"\n' }, { UV_NO_CONFIG: '1' }, []],
  [
    'another file for uv',
    { 'my.toml': 'exclude-newer = "P7D"\n' },
    { UV_CONFIG_FILE: '~/my.toml' },
    [['uv', 'exclude-newer = "P7D"', '~/my.toml', []]],
  ],
  [
    'pip.conf',
    { [pipConf]: '[global]\nuploaded-prior-to = P7D\n' },
    {},
    [['pip', 'uploaded-prior-to = P7D', `~/${pipConf}`, []]],
  ],
  [
    'pip.conf, one command, other spellings',
    { [pipConf]: '[install]\nUploaded_Prior_To: P7D\n' },
    {},
    [['pip', 'uploaded-prior-to = P7D', `~/${pipConf}`, []]],
  ],
  ['no files for pip', { [pipConf]: '[global]\nuploaded-prior-to = P7D\n' }, { PIP_CONFIG_FILE: '/dev/null' }, []],
  [
    'another file for pip',
    { 'my.conf': '[global]\nuploaded-prior-to = P7D\n' },
    { PIP_CONFIG_FILE: '~/my.conf' },
    [['pip', 'uploaded-prior-to = P7D', '~/my.conf', []]],
  ],
  [
    "a venv's",
    { 'v/pip.conf': '[global]\nuploaded-prior-to = P7D\n' },
    { VIRTUAL_ENV: '~/v' },
    [['pip', 'uploaded-prior-to = P7D', '~/v/pip.conf', []]],
  ],
  [
    "pip's variable",
    {},
    { PIP_UPLOADED_PRIOR_TO: 'P7D' },
    [['pip', 'uploaded-prior-to = P7D', 'PIP_UPLOADED_PRIOR_TO', []]],
  ],
])('%s', async (_, files, variables, expected) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
  const there = (text: string) => text.replace('~', home)
  const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, there(value)]))
  const folder = join(home, 'app/sub')
  const poetryFiles = [join(home, config), join(home, '.config/pypoetry/auth.toml'), join(folder, 'poetry.toml')]
  const found = await readCooldowns(folder, poetryFiles, { env, platform: 'linux', home })
  expect(found.map(({ tool, setting, where, except }) => [tool, setting, where, except])).toEqual(
    expected.map(([tool, setting, where, except]) => [tool, setting, there(String(where)), except]),
  )
})
