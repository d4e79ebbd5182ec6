import { mkdir, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { startEmulator } from '../emulator/emulator.ts'
import { defaults } from '../emulator/options.ts'
import { exampleProject, pluginTable } from '../example-project.ts'
import { openBox } from '../testbed/box.ts'
import { checkout } from '../testbed/checkout.ts'
import { poetry } from '../testbed/poetry.ts'
import { makeProject } from '../testbed/project.ts'
import { run } from '../testbed/run.ts'
import { seenOnTerminal } from '../testbed/terminal.ts'

/** What somebody types, and sees. */
export interface Scene {
  readonly name: string
  readonly line: string
  /** In which folder; the example's unless said. */
  readonly at?: 'team'
  readonly env?: Readonly<Record<string, string>>
  /** What was typed before, unseen. */
  readonly before?: string
}

/** In this order: what one does, the next ones see. */
export const scenes: readonly Scene[] = [
  { name: 'help', line: 'ca-sync --help' },
  { name: 'help-env', line: 'ca-sync env --help' },
  { name: 'status-unsynced', line: 'ca-sync status' },
  { name: 'doctor-unsynced', line: 'ca-sync doctor' },
  { name: 'sync', line: 'ca-sync --force' },
  { name: 'again', line: 'ca-sync' },
  { name: 'verbose', line: 'ca-sync --force -v' },
  { name: 'status-unrenewed', line: 'ca-sync status' },
  { name: 'sources', line: 'ca-sync sources' },
  { name: 'doctor-warned', line: 'ca-sync doctor' },
  { name: 'status', line: 'ca-sync status', before: 'ca-sync hook install' },
  { name: 'team', line: 'ca-sync', at: 'team' },
  { name: 'team-status', line: 'ca-sync status', at: 'team' },
  { name: 'team-sources', line: 'ca-sync sources', at: 'team' },
  { name: 'status-all', line: 'ca-sync status --all' },
  { name: 'doctor', line: 'ca-sync doctor' },
  { name: 'doctor-verbose', line: 'ca-sync doctor -v' },
  { name: 'doctor-broken', line: 'ca-sync doctor', env: { POETRY_HTTP_BASIC_DEV_PASSWORD: 'x' } },
  { name: 'status-broken', line: 'ca-sync status', env: { POETRY_HTTP_BASIC_DEV_PASSWORD: 'x' } },
  { name: 'typo', line: 'ca-sync stauts' },
  { name: 'swallowed', line: 'ca-sync -s dev status' },
  { name: 'error', line: 'ca-sync', env: { AWS_PROFILE: 'dev-ssso', AWS_ACCESS_KEY_ID: '' } },
  { name: 'no-poetry', line: 'ca-sync --force', env: { PATH: '' } },
]

const long = 'a-repository-with-a-name-of-more-than-fifty-characters'
const repositories = ['dev', 'qa', 'prod', 'shared', 'python-internal', long]

/** A machine on which the scenes play; close it. */
export async function openScenes() {
  const box = await openBox()
  const domain = { domain: 'my-domain', owner: defaults.account, region: 'us-east-1', repositories }
  const emulator = await startEmulator({ domains: [domain] })
  const pyproject = exampleProject({ url: emulator.repositoryUrl('my-domain', 'dev') })
  const example = await makeProject(box, 'my-app', pyproject)
  const tables = [...repositories, 'stgae'].map((repository) =>
    pluginTable({ name: repository === 'stgae' ? 'stage' : repository, repository }),
  )
  const team = await makeProject(box, 'a-project-of-the-team', `[tool.poetry]\nname = "team"\n${tables.join('')}`)
  const bin = join(box.dir, 'bin')
  await mkdir(bin)
  await symlink(checkout('dist/main.cjs'), join(bin, 'ca-sync'))
  const PATH = [bin, poetry('2.5').bin, box.env['PATH']].join(delimiter)
  const env = { ...box.env, ...emulator.env, PATH, SHELL: '/bin/bash' }
  const bare = [bin, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter)
  return {
    async prepare({ before }: Scene): Promise<void> {
      if (before !== undefined) await run('sh', ['-c', before], { env, cwd: example })
    },
    /** What the scene shows on a terminal. */
    async see({ line, at, env: more = {} }: Scene, columns: number, colour = true): Promise<string> {
      const around = { ...env, ...more, ...(more['PATH'] === '' && { PATH: bare }), ...(!colour && { NO_COLOR: '1' }) }
      const cwd = at === 'team' ? team : example
      return (await seenOnTerminal(['sh', '-c', line], { env: around, cwd, columns })).text
    },
    async close(): Promise<void> {
      await emulator.close()
      await box.close()
    },
  }
}
