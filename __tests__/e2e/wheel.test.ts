import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { must } from '../helpers/must.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(300_000)

/** The wheel that ./scripts/wheel makes, installed by uv as a tool, with no Node on PATH. */
let stage: Stage
let folder: string
const tools = checkout('.cache/tools/bin')
const installed = (...path: string[]) => join(folder, 'tools/ca-sync', ...path)

const install = (wheel: string) =>
  must(join(tools, 'uv'), ['tool', 'install', '--quiet', '--force', '--python', '/usr/bin/python3', wheel], {
    UV_TOOL_DIR: join(folder, 'tools'),
    UV_TOOL_BIN_DIR: join(folder, 'bin'),
    UV_SYSTEM_CERTS: '1',
    UV_CACHE_DIR: checkout('.cache/uv'),
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-wheel-'))
  const built = (await must(checkout('scripts/wheel'), ['--built'], { BUILD_DIR: join(folder, 'build') }))
    .trim()
    .split('\n')
  await must(join(tools, 'twine'), ['check', '--strict', ...built])
  await install(built[0] ?? '')
  stage = await openStage()
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
}, 600_000)

afterAll(async () => {
  await stage?.close()
  await rm(folder, { recursive: true, force: true })
})

const caSync = (...words: string[]) =>
  run('ca-sync', words, {
    env: { ...stage.env, PATH: [join(folder, 'bin'), poetry('2.5').bin].join(delimiter) },
    cwd: stage.project,
  })

describe('the wheel, without Node on PATH', () => {
  test('is of this version', async () => {
    const { version } = JSON.parse(await readFile(checkout('package.json'), 'utf8'))
    expect(await caSync('--version')).toMatchObject({ code: 0, stdout: `${version}\n` })
  })

  test('does the main job, and passes words and exit codes on as they are', async () => {
    expect(await caSync()).toMatchObject({ code: 0 })
    expect((await stage.poetry(['add', library, '--source', 'dev'])).code).toBe(0)
    expect((await caSync('status')).stdout).toMatch(/^dev .* yes$/m)
    expect(
      await caSync(
        'exec',
        '--',
        '/bin/sh',
        '-c',
        'printf %s "$POETRY_HTTP_BASIC_DEV_USERNAME $1"; exit 7',
        'sh',
        'a "b',
      ),
    ).toMatchObject({
      code: 7,
      stdout: 'aws a "b',
    })
  })

  test('jobs and hooks run its own command, which an upgrade leaves where it is', async () => {
    const command = installed('bin/ca-sync')
    expect((await caSync('schedule', 'install', '--print', '--using', 'cron')).stdout).toContain(
      `'/usr/bin/env' '${command}' --all`,
    )
    expect((await caSync('hook', 'bash')).stdout).toContain(command)
    await install(
      (await must(checkout('scripts/wheel'), ['--built'], { BUILD_DIR: join(folder, 'build') }))
        .trim()
        .split('\n')[0] ?? '',
    )
    expect(await run(command, ['--version'], { env: { HOME: folder, PATH: '' }, cwd: folder })).toMatchObject({
      code: 0,
    })
  })
})
