import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkout } from '../../scripts/testbed/checkout.ts'

// The settings of the one who runs the tests have no say; nor has an outer git, whose hook may be what runs them.
const env = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'Ann'],
      [`GIT_${who}_EMAIL`, 'ann@example.com'],
    ]),
  ),
}

let folder: string
const git = (...words: readonly string[]) => spawnSync('git', words, { cwd: folder, env, encoding: 'utf8' })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ca-sync-hook-'))
  for (const path of ['scripts/hooks', 'biome.json', 'tsconfig.json', 'package.json', '.gitignore'])
    cpSync(checkout(path), join(folder, path), { recursive: true })
  symlinkSync(checkout('node_modules'), join(folder, 'node_modules'))
  git('init', '--quiet')
  git('config', 'core.hooksPath', 'scripts/hooks')
})

afterEach(() => rmSync(folder, { recursive: true }))

function stage(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
  git('add', path)
}

const commit = () => {
  const { status, stdout, stderr } = git('commit', '--message', 'a change')
  return { committed: status === 0, said: stdout + stderr }
}

const refused: readonly (readonly [what: string, text: string, said: RegExp])[] = [
  ['a file that is not formatted', 'export const a = "b";\n', /src\/core\/a\.ts format/],
  ['a file with a lint error', 'export const a = process.pid\n', /noRestrictedGlobals/],
  ['a type error', "export const a: number = 'b'\n", /src\/core\/a\.ts.*TS2322/],
]

test.each(refused)('the hook refuses %s, says why, and what helps', (_, text, why) => {
  stage('src/core/a.ts', text)
  const { committed, said } = commit()
  expect(committed).toBe(false)
  expect(said).toMatch(why)
  expect(said).toContain('npm run fix')
})

test('the hook lets good work pass, whatever is beside it unstaged', () => {
  writeFileSync(join(folder, 'odd.ts'), 'export const  odd = 1;')
  stage('src/core/a.ts', "export const a = 'b'\n")
  expect(commit()).toMatchObject({ committed: true })
})

test('the hook lets texts pass that nothing checks', () => {
  stage('NOTES.md', '#  Notes\n')
  expect(commit()).toMatchObject({ committed: true })
})
