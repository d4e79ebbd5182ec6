import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { writeUserConfig } from '../../e2e/people.ts'
import { both, plugin, pyproject } from '../../e2e/pyproject.ts'
import { type MemoryStage, openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn } from '../../scenarios/stage.ts'

/** One stage for all tests of a group. */
function allOn(): () => MemoryStage {
  let stage: MemoryStage
  beforeAll(async () => {
    stage = await openMemoryStage()
  })
  afterAll(() => stage.close())
  return () => stage
}

describe('renewal', () => {
  const stage = eachOn(openMemoryStage)

  test.each([
    ['a fresh token stays', 5, [], 1],
    ['past half of its life it is renewed', 7, [], 2],
    ['--refresh-before as a share, not yet', 10, ['--refresh-before', '10%'], 1],
    ['--refresh-before as a share', 5, ['--refresh-before', '90%'], 2],
    ['--refresh-before as a time, not yet', 7, ['--refresh-before', '4h'], 1],
    ['--refresh-before as a time', 7, ['--refresh-before', '330m'], 2],
    ['an expired one is renewed', 13, ['--refresh-before', '1%'], 2],
    ['--force renews a fresh one', 0, ['--force'], 2],
  ] as const)('%s (%i h)', async (_, hours, flags, times) => {
    await stage().caSync([])
    await stage().letPass(hours)
    expect(await stage().caSync(flags)).toMatchObject({ code: 0, stderr: '' })
    expect(stage().tokens().length).toBe(times)
  })

  test('refresh-before of the user config, for one domain', async () => {
    await writeUserConfig(stage(), '[domains."my-domain/564131876131"]\nrefresh-before = "10h"\n')
    await stage().caSync([])
    expect((await stage().caSync([])).stdout).toMatch(/^Nothing to do/)
    await stage().letPass(3)
    await stage().caSync([])
    expect(stage().tokens().length).toBe(2)
  })

  test('a flag binds one run, not the next', async () => {
    await stage().caSync(['--refresh-before', '1%'])
    await stage().letPass(7)
    await stage().caSync([])
    expect(stage().tokens().length).toBe(2)
  })

  test.each([
    ['deleted', undefined],
    ['cut off', '{"version":1,"projects":{"/ho'],
    ['of another shape', '{"version":1,"projects":null,"tokens":[]}'],
    ['empty', ''],
  ])('a state file that is %s heals', async (_, text) => {
    await stage().caSync([])
    const file = join(stage().state, 'state.json')
    if (text === undefined) await rm(file)
    else await writeFile(file, text)
    expect(await stage().caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect((await stage().caSync([])).stdout).toMatch(/^Nothing to do: 3 sources/)
  })
})

describe('the command line', () => {
  const stage = allOn()

  test.each([
    ['--duration', '13h', /--duration: "13h" .*15m to 12h/s],
    ['--duration', '10m', /--duration: "10m"/],
    ['--duration', 'soon', /--duration: "soon"/],
    ['--refresh-before', '0%', /--refresh-before: "0%" .*1% to 99%/s],
    ['--refresh-before', '150%', /--refresh-before: "150%"/],
    ['--refresh-before', 'later', /--refresh-before: "later"/],
    ['--role-arn', 'reader', /--role-arn: "reader" .*arn:aws:iam::/s],
    ['--role-arn', 'arn:aws:sts::564131876131:assumed-role/reader/me', /--role-arn/],
    ['--profile', '', /--profile/],
    ['--dry-rnu', 'x', /dry-rnu.*ca-sync --help/s],
    ['--json', 'frobnicate', /frobnicate.*ca-sync --help/s],
    ['frobnicate', '--quiet', /frobnicate.*ca-sync --help/s],
    ['--profile', '--json', /profile.*ca-sync --help/s],
    ['--source', '--quiet', /source.*ca-sync --help/s],
  ])('%s %s is refused, with what to type', async (option, value, words) => {
    const { code, stderr } = await stage().caSync([option, value])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: .*\n {2}\S/)
    expect(stderr).toMatch(words)
    expect(stage().calls()).toEqual([])
  })

  test.each(['profile', 'role-arn', 'duration', 'refresh-before'])('--%s twice is refused', async (option) => {
    const { code, stderr } = await stage().caSync([`--${option}`, '1', `--${option}`, '2'])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: --${option} is given more than once.\n  Type: ca-sync --help\n`,
    })
  })
})

describe('which sources', () => {
  const stage = allOn()

  const names = async (words: readonly string[]) => {
    const { stdout } = await stage().caSync([...words, '--json', '--dry-run'])
    return JSON.parse(stdout).sources.map(({ name }: { name: string }) => name)
  }

  test.each([
    [
      ['-s', 'dev', 'qa'],
      ['dev', 'qa'],
    ],
    [
      ['-s', 'qa', '-s', 'dev'],
      ['dev', 'qa'],
    ],
    [['--source', 'prod'], ['prod']],
    [['--source=prod', '--source=prod'], ['prod']],
    [['sync', '-s', 'qa'], ['qa']],
    [[], ['dev', 'qa', 'prod']],
  ])('%j', async (words, expected) => {
    expect(await names(words)).toEqual(expected)
  })

  test.each([[['-s', 'nope']], [['status', '-s', 'dev', 'nope']]])('%j names one that is not there', async (words) => {
    expect(await stage().caSync(words)).toMatchObject({
      code: 3,
      stdout: '',
      stderr: `error: There is no CodeArtifact source "nope" in ${join(stage().project, 'pyproject.toml')}.\n  It has: dev, qa, prod.\n`,
    })
  })

  test.each([
    [['-s', 'dev', 'status'], 'status', 'Type: ca-sync status -s dev'],
    [['-s', 'dev', 'qa', 'sources', 'declare', '-n'], 'sources', 'Type: ca-sync sources declare -s dev qa -n'],
    [['-s', 'logout'], 'logout', 'Type: ca-sync logout -s NAME'],
    [['-s', 'dev', 'init'], 'init', 'Type: ca-sync init'],
    [['-s', 'status', 'dev'], 'status', 'Type: ca-sync status -s dev'],
    [['-s', 'dev', '-s', 'status'], 'status', 'Type: ca-sync status -s dev'],
    [['--source=status', '-s', 'dev', '-C', '.'], 'status', 'Type: ca-sync status -s dev -C .'],
    [['-s', 'dev', 'dve'], 'dve', 'Did you mean dev? It has: dev, qa, prod.'],
  ])('%j: %s is no source; %s', async (words, name, hint) => {
    expect(await stage().caSync(words)).toMatchObject({
      code: 3,
      stderr: `error: There is no CodeArtifact source "${name}" in ${join(stage().project, 'pyproject.toml')}.\n  ${hint}\n`,
    })
  })

  test('no line is told that would be refused, too', async () => {
    expect(await stage().caSync(['--source=status', '--bogus'])).toMatchObject({
      code: 2,
      stderr: 'error: There is no option --bogus.\n  Type: ca-sync --help\n',
    })
  })

  test('the others are left alone, and are not ready', async () => {
    await stage().caSync(['-s', 'dev'])
    const config = await stage().read(join(stage().config, 'config.toml'))
    expect(config).toContain('[repositories.dev]')
    expect(config).not.toContain('qa')
    expect(await stage().caSync(['status', '-s', 'dev'])).toMatchObject({ code: 0 })
    expect(await stage().caSync(['status'])).toMatchObject({ code: 6 })
    expect(await stage().caSync([])).toMatchObject({ code: 0 })
    expect(stage().tokens().length).toBe(1)
  })
})

describe('which project', () => {
  const stage = allOn()
  beforeAll(() => stage().caSync([]))

  const nothing = { code: 0, stdout: expect.stringMatching(/^Nothing to do: 3 sources/), stderr: '' }

  test('a folder below it', async () => {
    const cwd = join(stage().project, 'src/deep')
    await mkdir(cwd, { recursive: true })
    expect(await stage().caSync([], { cwd })).toEqual({ ...nothing, signal: null })
    expect(await stage().caSync(['-C', '../..'], { cwd })).toMatchObject(nothing)
  })

  test('-C, absolute, relative, by a link', async () => {
    const cwd = join(stage().home, '..')
    await symlink(stage().project, join(cwd, 'link'))
    for (const folder of [stage().project, 'home/my-app', 'link', '../'.repeat(9) + stage().project])
      expect(await stage().caSync(['-C', folder], { cwd })).toMatchObject(nothing)
    expect(await stage().caSync(['--project', stage().project, '--quiet'], { cwd })).toMatchObject({
      code: 0,
      stdout: '',
    })
    expect(stage().tokens().length).toBe(1)
  })

  test.each([
    ['nowhere', ['-C', 'nowhere'], /nowhere/],
    ['no pyproject.toml upwards', [], /pyproject\.toml/],
    ['status, too', ['status'], /pyproject\.toml/],
  ])('%s', async (_, words, expected) => {
    const { code, stdout, stderr } = await stage().caSync(words, { cwd: join(stage().home, '..') })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^error: .*\n {2}.*-C/)
    expect(stderr).toMatch(expected)
  })

  test('a file is no folder', async () => {
    const file = join(stage().project, 'pyproject.toml')
    const { code, stderr } = await stage().caSync(['-C', file])
    expect(code).toBe(3)
    expect(stderr).toMatch(`error: ${file} is not a folder.`)
  })
})

test('what is to be typed names the folder that -C named', async () => {
  const stage = await openMemoryStage()
  try {
    const cwd = join(stage.home, '..')
    const folder = join(cwd, 'there')
    await mkdir(folder)
    await writeFile(join(folder, 'pyproject.toml'), pyproject(plugin()))
    const json = async (...words: string[]) =>
      JSON.parse((await stage.caSync([...words, '-C', 'there', '--json'], { cwd })).stdout)
    expect(await json('status')).toMatchObject({ fixes: [['ca-sync', '-C', folder]] })
    const warnings = [expect.stringMatching(`Type: ca-sync sources declare -C ${folder}$`)]
    expect(await json('--dry-run')).toMatchObject({ warnings })
    expect(await json()).toMatchObject({ warnings })
    expect(await json('status')).toMatchObject({ warnings })
  } finally {
    await stage.close()
  }
})

describe('the user config', () => {
  const stage = allOn()

  test.each([
    ['\nprofil = "x"', /config\.toml: "profil": this setting is not known \(line 2\)\.\n {2}Did you mean profile\?\n$/],
    ['[source.dev]\nprofile = "x"', /"source": this setting is not known \(line 1\)\.\n {2}Did you mean sources\?/],
    [
      'duration = "2h"\n[sources.dev]\nrole_arn = "x"',
      /sources\.dev: "role_arn": .* \(line 3\)\.\n {2}Did you mean role-arn\?/,
    ],
    [
      'sources = { qa = { }, dev = { region = "x" } }',
      /"region": .*\(line 1\)\.\n {2}Settings are profile, .*notify; /,
    ],
    ['[sources]\n[sources.dev]\nduration = "13h"', /sources\.dev: duration: "13h" is .* \(line 3\)\.\n/],
    ['\n\n[domains.x]\n', /domains\.x: the owner, .* is missing \(line 3\)\.\n/],
    ['\nnotify = 1', /notify: it must be true or false \(line 2\)\.\n/],
    ['profile = true', /config\.toml: profile: it must be a text/],
    ['profile = ""', /config\.toml: profile/],
    ['duration = "13h"', /config\.toml: duration: "13h"/],
    ['refresh-before = 0', /config\.toml: refresh-before: "0"/],
    ['role-arn = "reader"', /config\.toml: role-arn: "reader"/],
    ['[sources.dev]\nurl = "x"', /config\.toml: sources\.dev: "url"/],
    [
      '[domains."my-domain/564131876131"]\nduration = "1d"',
      /config\.toml: domains\.my-domain\/564131876131: duration: "1d"/,
    ],
    ['[domains.my-domain]\nprofile = "x"', /config\.toml: domains\.my-domain: .*NAME\/OWNER/s],
    ['domains = 1', /config\.toml: domains: it must be a table/],
    ['sources = ["dev"]', /config\.toml: sources: it must be a table/],
    ['[sources]\ndev = "alice"', /config\.toml: sources\.dev: it must be a table/],
    ['<<<<<<< HEAD\nprofile = "x"\n=======\n>>>>>>> a', /config\.toml has the marks of a merge .*line 1\)/],
    ['# a comment\nprofile = "x', /config\.toml.*not valid TOML \(line 2\)/],
  ])('%j names file and key', async (text, words) => {
    await writeUserConfig(stage(), text)
    const { code, stdout, stderr } = await stage().caSync([])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(words)
    expect(stderr).toContain(join(stage().home, '.config/ca-sync/config.toml'))
    expect(stage().calls()).toEqual([])
  })

  test('a change of it is seen at once', async () => {
    await writeUserConfig(stage(), '# nothing\r\n')
    const cwd = await stage().makeProject('app', pyproject(both(stage().url)))
    await stage().caSync([], { cwd })
    await writeUserConfig(stage(), 'refresh-before = "99%"\n')
    expect((await stage().caSync([], { cwd })).stdout).toMatch(/^Nothing to do/)
    await writeUserConfig(stage(), 'refresh-before = "never"\n')
    expect(await stage().caSync([], { cwd })).toMatchObject({ code: 3 })
  })
})
