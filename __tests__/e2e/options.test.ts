import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { until } from '../helpers/until.ts'
import { minters, writeUserConfig } from './people.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
const minted = () => minters(stage).length

describe('renewal', () => {
  beforeEach(async () => {
    stage = await openStage()
  })
  afterEach(() => stage.close())

  test('a token that lived out its short life', async () => {
    await stage.close()
    stage = await openStage({ emulator: { tokenSeconds: 10 } })
    const { sources } = JSON.parse((await stage.caSync(['--json'])).stdout)
    await until(() => Date.now() > Date.parse(sources[0].expiresAt))
    const { code, stdout, stderr } = await stage.caSync(['status'])
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: 'error: dev, qa, prod: the token has expired.\n  Type: ca-sync\n',
    })
    expect(stdout).toMatch(/dev +my-domain\/dev \(us-east-1\) +expired +no/)
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(minted()).toBe(2)
  })

  test('an emptied keyring heals with --force', async () => {
    await stage.caSync([])
    await emptyKeyring()
    expect(await stage.caSync(['--force'])).toMatchObject({ code: 0, stderr: '' })
    expect((await stage.box.items()).map(({ secret }) => secret)).toContain(stage.emulator.issuedTokens()[1])
  })

  test('where the vault’s item is gone, another reader gets a new token', async () => {
    await stage.caSync([])
    await emptyKeyring()
    const path = [join(stage.box.dir, 'bin'), poetry('1.8').bin, stage.box.env['PATH']].join(':')
    const { code, stdout, stderr } = await stage.caSync(['--json'], { env: { ...stage.env, PATH: path } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout).sources[0].steps).toEqual(['token', 'vault', 'handover'])
  })

  async function emptyKeyring(): Promise<void> {
    const script =
      'import secretstorage\nfor i in secretstorage.get_all_collections(secretstorage.dbus_init()):\n  [x.delete() for x in i.get_all_items()]'
    expect(await run(poetry('2.5').python, ['-I', '-c', script], { env: stage.box.env })).toMatchObject({ code: 0 })
    expect(await stage.box.items()).toEqual([])
  }
})

describe('--duration', () => {
  beforeAll(async () => {
    stage = await openStage()
  })
  afterAll(() => stage.close())
  beforeEach(() => stage.emulator.clearCalls())

  const asked = () =>
    stage.emulator.calls.find(({ operation }) => operation === 'GetAuthorizationToken')?.params['duration']

  test.each([
    [['--duration', '12h'], '43200'],
    [['--duration', '90m'], '5400'],
    [['--duration', '3600'], '3600'],
    [['--duration', '0'], '0'],
    [['--duration=15m'], '900'],
    [[], undefined],
  ] as const)('%j reaches AWS as %s', async (flags, seconds) => {
    expect(await stage.caSync([...flags, '--force'])).toMatchObject({ code: 0, stderr: '' })
    expect(asked()).toBe(seconds)
  })

  test('the user config, and the flag before it', async () => {
    await writeUserConfig(stage, 'duration = "2h"\n[sources.qa]\nduration = 1800\n')
    await stage.caSync(['--force'])
    expect(asked()).toBe('1800')
    stage.emulator.clearCalls()
    await stage.caSync(['--force', '--duration', '1h'])
    expect(asked()).toBe('3600')
    await writeUserConfig(stage, '')
  })
})

describe('the command line', () => {
  beforeAll(async () => {
    stage = await openStage()
  })
  afterAll(() => stage.close())

  test('--help lists every command and option', async () => {
    const { code, stdout, stderr } = await stage.caSync(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const words =
      'sync status --project -C --source -s --profile --role-arn --duration --refresh-before --force --dry-run -n --json --quiet -q --verbose -v --unattended --version --help -h'
    for (const word of words.split(' ')) expect(stdout).toContain(word)
    expect((await stage.caSync(['-h'])).stdout).toBe(stdout)
    expect((await stage.caSync(['status', '--help'])).stdout).toContain('--source')
  })

  test('--version', async () => {
    const { version } = JSON.parse(await stage.read('package.json'))
    for (const words of [['--version'], ['--version', '--json'], ['sync', '--version']])
      expect(await stage.caSync(words)).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test('works on a terminal that has no room and no colours', async () => {
    const { stdout, stderr } = await stage.caSync(['--help'], {
      env: { ...stage.env, COLUMNS: '10', FORCE_COLOR: '1' },
    })
    expect(stdout + stderr).not.toContain('\u001b')
  })
})
