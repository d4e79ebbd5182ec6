// Needs ruby, nix-instantiate and hadolint.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { must } from '../helpers/must.ts'

jest.setTimeout(300_000)

/** The files of a release for package managers, each tried by a tool that reads it, on the bundle that it names. */
let folder: string
let bundle: string
let version: string
const made = (name: string) => join(folder, 'release', name)
const helper = (name: string) => checkout('__tests__/e2e/packages', name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-managers-'))
  version = JSON.parse(await readFile(checkout('package.json'), 'utf8')).version
  await must(checkout('scripts/release/assemble'), ['--built'], { BUILD_DIR: folder })
  await must('tar', ['-xzf', made(`ca-sync-${version}-bundle.tar.gz`), '-C', folder])
  bundle = join(folder, `ca-sync-${version}`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test("Homebrew's formula installs the bundle: the command runs, the manual page is where it says", async () => {
  const prefix = join(folder, 'prefix')
  const said = JSON.parse(await must('ruby', ['-w', helper('formula.rb'), made('ca-sync.rb'), bundle, prefix]))
  expect(said).toMatchObject({ license: 'MIT', depends_on: ['node', 'libsecret'] })
  expect(said.url).toContain(`/v${version}/ca-sync-${version}-bundle.tar.gz`)
  expect(await must(join(prefix, 'bin/ca-sync'), ['--version'])).toBe(`${version}\n`)
  expect(await readFile(join(prefix, 'share/man/man1/ca-sync.1'), 'utf8')).toMatch(/^\.TH /m)
})

describe.each(['x86_64-linux', 'aarch64-linux', 'x86_64-darwin', 'aarch64-darwin'])("Nix' flake on %s", (system) => {
  test('installs the bundle: the command runs, and is a link, which jobs know by its name', async () => {
    const nix = { NIX_STATE_DIR: join(folder, 'nix'), NIX_STORE_DIR: join(folder, 'store'), HOME: folder }
    const words = ['--eval', '--strict', '--json', '--store', 'dummy://', helper('flake.nix')]
    const given = ['--argstr', 'flake', made('flake.nix'), '--argstr', 'system', system]
    const { installPhase, buildInputs, ...said } = JSON.parse(await must('nix-instantiate', [...words, ...given], nix))
    expect(said).toMatchObject({ pname: 'ca-sync', version, meta: { mainProgram: 'ca-sync' } })
    expect(buildInputs).toContain('nodejs')
    const out = join(folder, system)
    const unpacked = join(folder, `src-${system}`)
    await must('cp', ['-R', bundle, unpacked])
    await must('bash', ['-euc', `cd "$1"; ${installPhase}`, 'bash', unpacked], { out })
    expect(await must('readlink', ['-f', join(out, 'bin/ca-sync')])).toBe(`${out}/lib/ca-sync/dist/main.cjs\n`)
    expect(await must(join(out, 'bin/ca-sync'), ['--version'])).toBe(`${version}\n`)
  })
})

test('the recipe of the container has nothing that hadolint finds wrong', async () => {
  expect(await must(checkout('.cache/packagers/bin/hadolint'), [made('Containerfile')])).toBe('')
})

test('the SBOM is CycloneDX by its schema', async () => {
  const python = checkout('.cache/packagers/bin/python')
  const sbom = made(`ca-sync-${version}.cdx.json`)
  expect(await must(python, [helper('validate_sbom.py'), sbom])).toBe('')
  const broken = join(folder, 'broken.json')
  await writeFile(broken, (await readFile(sbom, 'utf8')).replace('"library"', '"libary"'))
  await expect(must(python, [helper('validate_sbom.py'), broken])).rejects.toThrow('libary')
})

test('each package that is bundled has the text of its licence in THIRD-PARTY.txt', async () => {
  const sections = (await readFile(checkout('dist/THIRD-PARTY.txt'), 'utf8')).split(`\n${'-'.repeat(80)}\n\n`)
  for (const section of sections) {
    const [, , license = ''] = /^(\S+) \d\S* \((\S+)\)$/m.exec(section) ?? []
    const text = {
      'Apache-2.0': 'Apache License',
      MIT: 'Permission is hereby granted',
      ISC: 'Permission to use, copy',
    }[license]
    expect(section).toContain(text ?? `the text of ${license}`)
  }
})

test('dist/ is the same to the byte when it is built in another folder', async () => {
  const other = join(folder, 'deeper/and/deeper')
  await mkdir(other, { recursive: true })
  const files = (await must('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])).split('\0')
  const parts = [...new Set(files.filter((file) => file !== '').map((file) => file.split('/')[0] ?? ''))]
  await must('cp', ['-R', ...parts.map((part) => checkout(part)), other])
  await must('cp', ['-R', checkout('node_modules'), other])
  await must('bash', ['-c', 'cd "$1" && exec node scripts/build.mjs', 'bash', other])
  expect(await must('diff', ['-r', '-x', 'program.cache*', checkout('dist'), join(other, 'dist')])).toBe('')
})
