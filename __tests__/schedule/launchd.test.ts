import { expect, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import type { Job } from '../../src/core/ports/schedule.ts'
import { launchdFiles, launchdRuns } from '../../src/schedule/launchd.ts'
import { job, oddFolder } from './jobs.ts'

/** Python's plistlib refuses what Apple's parser does. */
async function parsed(plist: string): Promise<unknown> {
  const code =
    'import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read(), fmt=plistlib.FMT_XML)))'
  const { code: exit, stdout, stderr } = await run('/usr/bin/python3', ['-I', '-c', code], { env: {}, input: plist })
  if (exit !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const agent = {
  Label: 'local.ca-sync',
  ProgramArguments: ['/usr/bin/node', '/usr/local/bin/ca-sync', '--all', '--unattended', '--quiet'],
  EnvironmentVariables: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  StartCalendarInterval: [{ Minute: 7 }, { Minute: 37 }],
  RunAtLoad: true,
  LimitLoadToSessionType: 'Aqua',
  ProcessType: 'Background',
  ExitTimeOut: 20,
  WatchPaths: ['/home/kim/.aws/sso/cache'],
  StandardOutPath: '/home/kim/Library/Logs/ca-sync/ca-sync.log',
  StandardErrorPath: '/home/kim/Library/Logs/ca-sync/ca-sync.log',
}

const launchdFile = (one: Job) => launchdFiles(one)[0] ?? { name: '', text: '' }

test('the agent, as a strict parser reads it', async () => {
  const { name, text } = launchdFile(job())
  expect(name).toBe('local.ca-sync.plist')
  expect(await parsed(text)).toEqual(agent)
})

test('the cache of `aws login` has an agent of its own, which starts Node at most once an hour', async () => {
  const files = launchdFiles(job({ loginCache: '/home/kim/.aws/login/cache' }))
  expect(files.map(({ name }) => name)).toEqual(['local.ca-sync.plist', 'local.ca-sync.login.plist'])
  const login = (await parsed(files[1]?.text ?? '')) as typeof agent
  const { StartCalendarInterval: _, RunAtLoad: __, ...same } = agent
  expect(login).toEqual({
    ...same,
    Label: 'local.ca-sync.login',
    WatchPaths: ['/home/kim/.aws/login/cache'],
    ProgramArguments: ['/bin/sh', '-c', expect.stringContaining('-mmin -60'), 'ca-sync', ...agent.ProgramArguments],
  })
})

test('odd paths come through, and are read back', async () => {
  const programs = { node: `${oddFolder}/node`, program: `${oddFolder}/main.cjs` }
  const { text } = launchdFile(job({ ...programs, env: { PATH: oddFolder }, watch: undefined }))
  expect(await parsed(text)).toEqual({
    ...agent,
    ProgramArguments: [programs.node, programs.program, '--all', '--unattended', '--quiet'],
    EnvironmentVariables: { PATH: oddFolder },
    WatchPaths: undefined,
  })
  expect(launchdRuns(text)).toEqual({ ...programs, path: oddFolder })
})

test('the parser is strict', async () => {
  await expect(parsed(launchdFile(job()).text.replace('kim', 'k&m'))).rejects.toThrow()
})
