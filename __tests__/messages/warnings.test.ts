import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { RunOptions } from '../../scripts/testbed/run.ts'
import { shells } from '../../src/core/ports/shell.ts'
import { dressed } from '../../src/core/words/look.ts'
import { cronJob } from '../../src/schedule/cron.ts'
import { jobEnvironment } from '../../src/schedule/job.ts'
import { hookText } from '../../src/shell/hook.ts'
import { plugin, pyproject } from '../e2e/pyproject.ts'
import { type MemoryStage, openMemoryStage } from '../scenarios/memory-stage.ts'
import { job } from '../schedule/jobs.ts'

type Arrange = (stage: MemoryStage) => Promise<unknown>
/** A part of the place in src, what is typed, and parts of what is said: what is so, where, and what to type. */
type Row = readonly [place: string, line: string, says: readonly string[], arrange?: Arrange]

const project =
  (text: string): Arrange =>
  async (stage) => ({ cwd: await stage.makeProject('other', text) })
const synced: Arrange = (stage) => stage.caSync([])
const undeclared = project(pyproject(plugin()))
const undeclaredAfter =
  (...words: string[]): Arrange =>
  async (stage) => {
    const call = (await undeclared(stage)) as { cwd: string }
    await stage.caSync(words, call)
    return call
  }
const oddKey = project(pyproject(`${plugin()}foo = "x"\n`))
const newer: Arrange = async (stage) => {
  await synced(stage)
  await writeFile(join(stage.state, 'state.json'), '{"version": 99}')
}
const damaged: Arrange = async (stage) => {
  await synced(stage)
  const file = join(stage.state, 'state.json')
  const state = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify({ ...state, projects: { ...state.projects, '/x': 5 } }))
}
const unfitBeside = project(pyproject(plugin(), plugin({ name: 'bad', owner: '12' })))
const inUnknown = project(pyproject(plugin({ region: 'us-east-9' })))

const rows: readonly Row[] = [
  ['is not a region that this version knows', '', ['pyproject.toml', '"us-east-9"'], inUnknown],
  ['} is ignored`', '', ['pyproject.toml', 'unknown key "foo"'], oddKey],
  ['in your other projects, too', '--force', ['state.json', 'Type ca-sync in your other projects'], damaged],
  ["code === 'STATE_NEWER') warn(", 'exec -- true', ['Nothing is kept for the next time', 'state.json'], newer],
  ['error } of seen.unfit', 'exec -- true', ['pyproject.toml', 'bad', '12 digits', 'Correct'], unfitBeside],
  [
    "kind === 'pypi-token' ||",
    'exec -- true',
    ['POETRY_PYPI_TOKEN_DEV is set', 'poetry publish -r dev', 'unset POETRY_PYPI_TOKEN_DEV'],
    async ({ env }) => ({ env: { ...env, POETRY_PYPI_TOKEN_DEV: 'x' } }),
  ],
  ['for (const warning of report.warnings) warn(', 'status', ['Type: ca-sync sources declare'], undeclaredAfter()],
  [
    'for (const warning of report.warnings) warn(',
    '-n',
    ['--store keyring'],
    (stage) => stage.caSync(['--store', 'plaintext']),
  ],
  ['!(isJob && report.standing', '', ['Type: ca-sync sources declare'], undeclared],
  ['if (!args.json) for (const warning of warnings)', 'sources', ['pyproject.toml', 'foo'], oddKey],
  ['of seen.project.warnings) machine', 'sources declare -n', ['pyproject.toml', 'foo'], oddKey],
  ['Safe is --priority', 'sources declare -n --priority supplemental', ['Safe is --priority explicit'], undeclared],
  ['...cautions(', 'policy --principal 564131876131', ['what ca-sync policy prints without --principal']],
]

const text = 'C:\\x'
const env = { env: { HTTPS_PROXY: 'http://a:b@c' }, platform: 'linux', home: '/h' } as const
/** What jobs cannot have. */
const made: readonly (readonly [place: string, make: () => readonly string[], says: readonly string[]])[] = [
  ['cannot hold the backslash', () => cronJob(job({ env: { X: text } })).warnings, ['runs without X']],
  [
    'takes no longer line',
    () =>
      cronJob(job({ env: { PATH: Array.from({ length: 60 }, (_, at) => `/home/me/bin/number-${at}`).join(':') } }))
        .warnings,
    ['PATH'],
  ],
  ['if (reason !== undefined) warnings.push', () => jobEnvironment(env, '/h').warnings, ['HTTPS_PROXY', 'Use a proxy']],
]

/** Those that another test has: its file, and words of theirs there. */
const elsewhere: Readonly<Record<string, readonly [test: string, words: string]>> = {
  'could not read its copy': ['e2e/keyring-backends.test.ts', 'could not read its copy'],
  'could not keep a copy': ['e2e/keyring-backends.test.ts', 'could not keep a copy'],
  '} taken out of $': ['commands/sync/sync-plaintext.test.ts', 'was taken out of'],
  '} would be taken out.': ['commands/sync/sync-plaintext.test.ts', 'would be taken out.'],
  'no new token (': ['e2e/exec.test.ts', 'no new token'],
  'was not kept for the next time': ['e2e/exec.test.ts', 'was not kept for the next time'],
  'does not have the hook': ['e2e/hook-reached.test.ts', 'does not have the hook'],
  'if (note !== undefined)': ['e2e/hook.test.ts', 'Login shells'],
  '${consequence(': ['e2e/exec.test.ts', 'works all the same, through'],
  'ignoredText(variable)': ['e2e/security-folder.test.ts', 'is ignored is named'],
  'inFull(rival)': ['e2e/rivals.test.ts', 'is installed'],
  'inFull(obstacle)': ['e2e/exec.test.ts', 'another project has the name, and no variable can say so'],
  'told.has(text)': ['e2e/watch.test.ts', 'is forgotten in 7 days'],
  '...scheduling.notes': ['e2e/schedule.test.ts', "expect(stderr).toContain('HTTPS_PROXY')"],
  '...rendered.warnings]) machine': ['e2e/schedule.test.ts', "expect(stderr).toContain('HTTPS_PROXY')"],
  '} Way out: ': ['e2e/cooldown.test.ts', 'min-release-age-exclude-source'],
  'if (text !== undefined) machine.warn(text)': ['e2e/cooldown.test.ts', 'hides every package of dev from uv'],
}

/** What a test here does not come to, and why. */
const untried: Readonly<Record<string, string>> = {
  'Whoever may read its folder': 'Windows, where a file cannot be kept from others of its folder',
  'The keyring was not read': 'for --verbose',
  'if (verbose) warn(`Nothing is kept': 'for --verbose',
}

const nonsense = /undefined|\[object|\bNaN\b|(?<![/.])\bnull\b/

function expectSense(warning: string, says: readonly string[]) {
  for (const part of says) expect(warning).toContain(part)
  expect(warning).not.toMatch(nonsense)
  const lines = dressed(
    `warning: ${warning}`,
    { width: 60, colour: false, unicode: true },
    { platform: 'linux', home: '' },
  )
  expect(lines.split('\n').filter((line) => line.length > 60 && /\S\s+\S/.test(line.trim()))).toEqual([])
}

test.each(rows.map(([, line, says, arrange]) => ({ line, says, arrange })))(
  'ca-sync $line warns: $says',
  async ({ line, says, arrange }) => {
    const stage = await openMemoryStage()
    try {
      const { cwd, env } = ((await arrange?.(stage)) ?? {}) as Partial<RunOptions>
      const { stderr } = await stage.caSync(line.split(' ').filter(Boolean), {
        ...(cwd && { cwd }),
        ...(env && { env }),
      })
      const warnings = stderr.split(/^warning: /m).slice(1)
      const found = warnings.find((one) => says.every((part) => one.includes(part)))
      expect({ found, stderr }).toEqual({ found: expect.any(String), stderr })
      expectSense(found?.trim() ?? '', says)
    } finally {
      await stage.close()
    }
  },
)

test.each(made)('%s', (_, make, says) => {
  const [warning = ''] = make()
  expectSense(warning, says)
})

test('each place in src that warns is in one of these tables', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const places = files.flatMap((name) => {
    const lines = readFileSync(join('src', name), 'utf8').split('\n')
    return lines.flatMap((line, at) =>
      name !== 'run.ts' &&
      /(?:\bwarn|\bwarnings\.push)\((?!text: string)(?!\) \{)/.test(line) &&
      !line.includes('=> warnings.push')
        ? [{ name, text: lines.slice(Math.max(0, at - 1), at + 3).join('\n') }]
        : [],
    )
  })
  const known = [
    ...rows.map(([place]) => place),
    ...made.map(([place]) => place),
    ...Object.keys(elsewhere),
    ...Object.keys(untried),
  ]
  expect(places.filter(({ text }) => !known.some((part) => text.includes(part)))).toEqual([])
  expect(known.filter((part) => !places.some(({ text }) => text.includes(part)))).toEqual([])
  const tests = Object.values(elsewhere).map(([file, words]) => [join('__tests__', file), words] as const)
  // One word would be met anywhere.
  expect(tests.filter(([, words]) => !/\w\W+\w/.test(words))).toEqual([])
  expect(tests.filter(([file, words]) => !existsSync(file) || !readFileSync(file, 'utf8').includes(words))).toEqual([])
})

test.each(shells)('what the hook of %s says by itself: what happened, where, and what to type', (shell) => {
  const text = hookText(shell, { node: '/n', program: '/p' })
  const own = readFileSync(`src/shell/hook.${shell === 'powershell' ? 'ps1' : shell}`, 'utf8')
  const says = own
    .split('\n')
    .filter((line) => /printf '|print -r|echo -n|WriteLine|Write-(?:Warning|Host|Output)/.test(line))
  // The notice of a run, which is an error's text, or one of two own ones.
  expect(says.filter((line) => !/\$\{?text|"\$text"|@gone@|@constrained@/.test(line))).toEqual([])
  expect(text).toMatch(
    /Node or ca-sync has moved, so tokens are not renewed .*start-up file.* Type: ca-sync hook install/,
  )
  if (shell === 'powershell') expect(text).toMatch(/Constrained Language Mode .*Type once: ca-sync schedule install/)
})
