import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { must, npmSettings } from '../helpers/must.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(300_000)

/** The tarball of npm, installed globally with install scripts off. */
let folder: string
let filename: string
let stage: Stage
const nodes = checkout('.cache/nodes')

const npm = (...words: string[]) => must('npm', words)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-npm-'))
  const [packed] = JSON.parse(await npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder))
  filename = packed.filename
  expect(packed.unpackedSize).toBeLessThan(3_000_000)
  const paths = packed.files.map(({ path }: { path: string }) => path)
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'dist/main.cjs']),
  )
  const globalconfig = await npmSettings()
  await npm(
    'install',
    '--globalconfig',
    globalconfig,
    '--global',
    '--ignore-scripts',
    '--silent',
    '--prefix',
    folder,
    join(folder, filename),
  )
  stage = await openStage()
})

afterAll(async () => {
  await stage?.close()
  await rm(folder, { recursive: true, force: true })
})

describe.each(['20', '22', '24', '26'])('the tarball on Node %s', (line) => {
  test('starts, and does the main job', async () => {
    const version = (await readdir(nodes)).find((name) => name.startsWith(`${line}.`))
    const PATH = [join(nodes, version ?? '-', 'bin'), join(folder, 'bin'), poetry('2.5').bin, '/usr/bin', '/bin'].join(
      delimiter,
    )
    const caSync = (...words: string[]) => run('ca-sync', words, { env: { ...stage.env, PATH }, cwd: stage.project })
    const { version: own } = JSON.parse(await readFile(checkout('package.json'), 'utf8'))
    expect(await run('node', ['--version'], { env: { PATH } })).toMatchObject({ stdout: `v${version}\n` })
    expect(await caSync('--version')).toMatchObject({ code: 0, stdout: `${own}\n`, stderr: '' })
    expect(await caSync('--force')).toMatchObject({ code: 0, stderr: '' })
    expect((await caSync('status')).stdout).toMatch(/^dev .* yes$/m)
  })
})

test('npx runs the tarball, and jobs are refused there, since its folder goes', async () => {
  const once = ['--yes', '--ignore-scripts', '--package', join(folder, filename), 'ca-sync']
  const { version } = JSON.parse(await readFile(checkout('package.json'), 'utf8'))
  expect(await must('npx', [...once, '--version'])).toBe(`${version}\n`)
  const env = { HOME: stage.home, CA_SYNC_STATE_DIR: stage.state }
  await expect(must('npx', [...once, 'schedule', 'install', '--print', '--using', 'cron'], env)).rejects.toThrow(
    'npm install --global ca-sync && ca-sync schedule install',
  )
})

test('what README.md and docs/ link to is in the tarball', async () => {
  const root = join(folder, 'lib/node_modules/ca-sync')
  const pages = [
    'README.md',
    ...(await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ]
  const dead: string[] = []
  for (const page of pages) {
    const text = await readFile(join(root, page), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      if (!(await stat(join(root, page, '..', target)).catch(() => undefined))) dead.push(`${page}: ${target}`)
    }
  }
  expect(dead).toEqual([])
})
