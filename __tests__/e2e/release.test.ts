import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { must, npmSettings } from '../helpers/must.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(300_000)

const out = checkout('build/release')
const tool = (name: string) => checkout(`.cache/tools/bin/${name}`)
let version: string
let sums: string
let globalconfig: string

const yaml = async (file: string) =>
  JSON.parse(
    await must(tool('python'), [
      '-c',
      'import json, sys, yaml; print(json.dumps([d for d in yaml.safe_load_all(open(sys.argv[1]))]))',
      checkout(file),
    ]),
  )

beforeAll(async () => {
  version = JSON.parse(await readFile(checkout('package.json'), 'utf8')).version
  globalconfig = await npmSettings()
  sums = await must(checkout('scripts/release/assemble'), ['--built'])
})

describe('a release', () => {
  test('is the same to the byte when it is made again', async () => {
    expect(await must(checkout('scripts/release/assemble'), ['--built'])).toBe(sums)
  })

  test('is not made under a tag of another version', async () => {
    await expect(must(checkout('scripts/release/assemble'), ['--built'], { TAG: 'v99.0.0' })).rejects.toThrow(
      'the tag is v99.0.0',
    )
  })

  test('names the bundle and its checksum to package managers', async () => {
    const bundle = `ca-sync-${version}-bundle.tar.gz`
    const hash = new RegExp(`^([0-9a-f]{64})  ${bundle}$`, 'm').exec(sums)?.[1] ?? '-'
    for (const file of ['ca-sync.rb', 'ca-sync.json', 'flake.nix']) {
      const text = await readFile(join(out, file), 'utf8')
      expect(text).toContain(hash)
      expect(text).toContain(`/releases/download/v${version}/${bundle}`)
      expect(text).not.toMatch(/@[A-Z]+@/)
    }
    expect(JSON.parse(await readFile(join(out, 'ca-sync.json'), 'utf8'))).toMatchObject({ version, hash })
  })

  test('has an SBOM of all that is bundled, and of nothing else', async () => {
    const sbom = JSON.parse(await readFile(join(out, `ca-sync-${version}.cdx.json`), 'utf8'))
    const names = sbom.components.map(({ name, group }: { name: string; group?: string }) =>
      group ? `${group}/${name}` : name,
    )
    expect(sbom.bomFormat).toBe('CycloneDX')
    expect(names).toEqual(
      expect.arrayContaining(['@aws-sdk/client-codeartifact', '@iarna/toml', '@smithy/core', 'keytar']),
    )
    expect(names).not.toEqual(expect.arrayContaining(['jest']))
    expect(names).not.toEqual(expect.arrayContaining(['typescript']))
  })

  test('its bundle runs as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ca-sync-bundle-'))
    await must('tar', ['-xzf', join(out, `ca-sync-${version}-bundle.tar.gz`), '-C', folder])
    expect(await must(join(folder, `ca-sync-${version}/dist/main.cjs`), ['--version'])).toBe(`${version}\n`)
    await rm(folder, { recursive: true })
  })
})

describe('for CI, from its own YAML', () => {
  let stage: Stage
  let folder: string
  const tarball = () => join(out, `ca-sync-${version}.tgz`)
  const around = () => ({
    ...stage.env,
    PATH: [poetry('2.5').bin, process.env['PATH']].join(delimiter),
    NPM_CONFIG_GLOBALCONFIG: globalconfig,
    TMPDIR: folder,
    RUNNER_TEMP: folder,
    RUNNER_OS: 'Linux',
    GITHUB_PATH: join(folder, 'path'),
    GITHUB_ENV: join(folder, 'env'),
  })

  beforeAll(async () => {
    stage = await openStage()
    folder = join(stage.box.dir, 'runner')
    await mkdir(folder)
  })
  afterAll(() => stage.close())

  test('the GitHub Action sets variables for later steps, with the token masked', async () => {
    const [{ inputs, runs }] = await yaml('action.yml')
    expect(inputs.package.default).toBe(`ca-sync@${version}`)
    const given: Record<string, string> = {
      package: tarball(),
      project: stage.project,
      sources: 'dev',
      for: 'poetry pip',
      duration: '1h',
    }
    const inputOf = (text: string) =>
      text.replace(/\$\{\{ inputs\.(\w+) \}\}/, (_, name) => given[name] ?? inputs[name].default)
    const log: string[] = []
    for (const step of runs.steps) {
      const env = Object.fromEntries(Object.entries<string>(step.env).map(([name, text]) => [name, inputOf(text)]))
      const added = (await readFile(join(folder, 'path'), 'utf8').catch(() => '')).trim()
      const PATH = [added, around().PATH].filter((one) => one !== '').join(delimiter)
      await writeFile(join(folder, 'step.sh'), step.run)
      // As a runner starts a step of `shell: bash`.
      const words = ['--noprofile', '--norc', '-eo', 'pipefail', join(folder, 'step.sh')]
      const result = await run('bash', words, {
        env: { ...around(), ...env, PATH },
        cwd: stage.box.home,
        timeoutMs: 120_000,
      })
      expect(result).toMatchObject({ code: 0 })
      log.push(result.stdout)
    }
    const [token = '-'] = stage.emulator.issuedTokens()
    const set = await readFile(join(folder, 'env'), 'utf8')
    expect(set).toContain(`POETRY_HTTP_BASIC_DEV_PASSWORD<<END_OF_CA_SYNC_VALUE\n${token}\n`)
    expect(set).toContain('PIP_INDEX_URL<<')
    expect(log.join('')).toContain(`::add-mask::${token}`)
  })

  test("the GitLab component installs ca-sync, and signs in by the job's own token", async () => {
    const [{ spec }, component] = await yaml('templates/ca-sync.yml')
    expect(spec.inputs.package.default).toBe(`ca-sync@${version}`)
    const { before_script, variables } = component['.ca-sync']
    expect(variables).toEqual({ CA_SYNC_PACKAGE: '$[[ inputs.package ]]', CA_SYNC_ROLE_ARN: '$[[ inputs.role-arn ]]' })
    const script = [
      ...before_script,
      'ca-sync --version',
      'stat -c %a "$AWS_WEB_IDENTITY_TOKEN_FILE"',
      'cat "$AWS_WEB_IDENTITY_TOKEN_FILE"',
      'printf " %s" "$AWS_ROLE_ARN"',
    ]
    const env = {
      ...around(),
      CA_SYNC_PACKAGE: tarball(),
      CA_SYNC_ROLE_ARN: 'arn:aws:iam::564131876131:role/ci',
      CA_SYNC_AWS_JWT: 'header.payload.signature',
    }
    const result = await run('bash', ['-eo', 'pipefail', '-c', script.join('\n')], {
      env,
      cwd: stage.project,
      timeoutMs: 120_000,
    })
    expect(result).toMatchObject({ code: 0 })
    expect(result.stdout).toContain(`${version}\n600\nheader.payload.signature arn:aws:iam::564131876131:role/ci`)
  })
})
