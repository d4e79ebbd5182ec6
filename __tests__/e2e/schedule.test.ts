import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { copyProgram, snapshot } from './files.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ keyring: 'no-bus' })
})
afterAll(() => stage.close())

const names = {
  systemd: ['ca-sync.service', 'ca-sync.timer'],
  cron: ['crontab'],
  launchd: ['local.ca-sync.plist'],
  windows: ['ca-sync.xml'],
}

test.each(Object.entries(names))(
  '--print shows the files for %s, without secrets, and installs nothing',
  async (using, files) => {
    const before = await snapshot(stage.box.home)
    const env = {
      ...stage.env,
      HTTPS_PROXY: 'http://kim:s3cret@proxy:1',
      AWS_SESSION_TOKEN: 's3cret',
      AWS_CONFIG_FILE: '/etc/aws-é',
    }
    const { code, stdout, stderr } = await stage.caSync(['schedule', 'install', '--using', using, '--print'], { env })
    expect(code).toBe(0)
    expect(stdout.match(/^# [\w.-]+$/gm)).toEqual(files.map((name) => `# ${name}`))
    expect(stdout).toMatch(
      /ca-sync(?:"|'|&quot;|<\/string>).*\s*(?:<string>)?--all(?:<\/string>)?\s*(?:<string>)?--unattended(?:<\/string>)?\s*(?:<string>)?--quiet/,
    )
    expect(stdout + stderr).not.toContain('s3cret')
    expect(stdout).not.toContain(stage.env['AWS_SECRET_ACCESS_KEY'])
    expect(stderr).toContain('HTTPS_PROXY')
    if (using !== 'windows') expect(stdout).toContain('AWS_CONFIG_FILE')
    expect(await snapshot(stage.box.home)).toEqual(before)
  },
)

test('--print --json gives the same texts', async () => {
  const words = ['schedule', 'install', '--using', 'systemd', '--print']
  const [text, json] = [await stage.caSync(words), await stage.caSync([...words, '--json'])]
  const { files } = JSON.parse(json.stdout).schedule
  expect(files.map((file: { name: string; text: string }) => `# ${file.name}\n${file.text}`).join('\n')).toBe(
    text.stdout,
  )
})

test.each(['install', 'status', 'uninstall'])('%s is refused under sudo, with the reason', async (action) => {
  const env = { ...stage.env, SUDO_USER: 'kim', SUDO_UID: '1000' }
  const { code, stdout, stderr } = await stage.caSync(['schedule', action, '--using', 'cron'], { env })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/sudo[\s\S]*without sudo/)
})

test('a scheduler that is not here is an error that says what to do', async () => {
  expect(await stage.caSync(['schedule', 'install', '--using', 'launchd'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('launchd is a part of macOS'),
  })
})

test('where there is no scheduler at all, it says what to install', async () => {
  const env = { ...stage.env, PATH: await binWith('node', 'ca-sync') }
  const { code, stderr } = await stage.caSync(['schedule', 'install'], { env })
  expect(code).toBe(3)
  expect(stderr).toContain('apt-get install cron')
})

test('a program in a cache of npx is refused, with what to type', async () => {
  const cached = join(stage.box.home, '.npm/_npx/1f/node_modules/ca-sync')
  await copyProgram(join(cached, 'dist'))
  const words = [join(cached, 'dist/main.cjs'), 'schedule', 'install', '--print', '--using', 'cron']
  const { code, stderr } = await run('node', words, { env: stage.env })
  expect(code).toBe(2)
  expect(stderr).toContain('npm install --global ca-sync')
})

test('WSL is told what is special about it', async () => {
  const bin = await binWith('node', 'ca-sync')
  await writeFile(join(bin, 'crontab'), '#!/bin/sh\n[ "$1" = -l ] || cat >/dev/null\n', { mode: 0o755 })
  const env = { ...stage.env, PATH: `${bin}:/usr/bin:/bin`, WSL_DISTRO_NAME: 'Debian' }
  const { code, stderr } = await stage.caSync(['schedule', 'install', '--using', 'cron'], { env })
  expect(code).toBe(0)
  expect(stderr).toContain('/etc/wsl.conf')
})

test('an unknown action or scheduler is an error of usage', async () => {
  expect(await stage.caSync(['schedule', 'remove'])).toMatchObject({ code: 2 })
  expect(await stage.caSync(['schedule'])).toMatchObject({ code: 2 })
  expect(await stage.caSync(['schedule', 'install', '--using', 'at'])).toMatchObject({ code: 2 })
  expect(await stage.caSync(['schedule', 'status', '--using', 'cron', '--using', 'systemd'])).toMatchObject({ code: 2 })
})

/** A folder for PATH with these programs of the stage alone. */
async function binWith(...programs: string[]): Promise<string> {
  const bin = join(stage.box.dir, `bin-${(await readdir(stage.box.dir)).length}`)
  await mkdir(bin)
  const { stdout } = await run('which', programs, { env: stage.env })
  for (const path of stdout.trim().split('\n')) await symlink(path, join(bin, path.split('/').at(-1) ?? ''))
  return bin
}
