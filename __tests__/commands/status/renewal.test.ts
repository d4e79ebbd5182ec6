import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { renewalOf } from '../../../src/commands/status/renewal.ts'
import { markWatching } from '../../../src/commands/watch/watch.ts'
import type { State } from '../../../src/core/memory/state.ts'
import { emptyState } from '../../../src/core/memory/state-shape.ts'
import type { Host } from '../../../src/core/ports/host.ts'
import { jobNote } from '../../../src/core/ports/schedule.ts'
import { cronBlock } from '../../../src/schedule/cron.ts'
import { job } from '../../schedule/jobs.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ca-sync-renewal-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const now = Date.parse('2026-01-01T00:00:00Z')
const host = () =>
  ({ env: { PATH: join(home, 'bin') }, platform: 'linux', home, pid: process.pid, now: () => now }) as unknown as Host
const running = async () => undefined
const byNow = async () => (await renewalOf(host(), emptyState, [], running)).renewal.by

function put(path: string, text: string, at = now): void {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  utimesSync(file, at / 1000, at / 1000)
}

const day = 86_400_000
const state = (what: string) => join('.local/state/ca-sync', what)
const installed = () => join(home, 'timer')
const crontab = (script: string) => {
  put(state('job'), jobNote('cron', [], 7))
  put('bin/crontab', `#!/bin/sh\nPATH=/usr/bin:/bin; ${script}\n`)
  chmodSync(join(home, 'bin/crontab'), 0o755)
}

test.each([
  ['nothing', () => {}, []],
  ['a job', () => [put('timer', ''), put(state('job'), jobNote('systemd', ['units', installed()], 7))], ['systemd']],
  ['a job whose file was removed by hand', () => put(state('job'), jobNote('launchd', [installed()], 7)), []],
  ['a crontab has no file', () => put(state('job'), jobNote('cron', ['your crontab'], 7)), ['cron']],
  ['a crontab that has the line', () => crontab(`echo '${cronBlock(job())}'`), ['cron']],
  ['a crontab whose line was taken out by hand', () => crontab("echo '5 4 * * * true'"), []],
  ['one in which it is a comment', () => crontab(`echo '${cronBlock(job()).replace(/^(?=\d)/m, '#')}'`), []],
  ...(['\n', '  \n', '\t# and a word of the user\n', '\r\n'] as const).map((line): [string, () => void, []] => [
    `one in which it is a comment, with ${JSON.stringify(line)} below`,
    () =>
      crontab(
        `printf %s '${cronBlock(job())
          .replace(/^(?=\d)/m, '#')
          .replace(/^(?=# <<<)/m, line)}'`,
      ),
    [],
  ]),
  [
    'one in which it stands further in',
    () => crontab(`echo '${cronBlock(job()).replace(/^(?=\d)/m, '  ')}'`),
    ['cron'],
  ],
  ['a crontab that is gone', () => crontab('echo "no crontab for kim" >&2; exit 1'), []],
  ['one that cannot be seen', () => crontab('echo "crontab: not allowed" >&2; exit 1'), ['cron']],
  ['one that is not told in time', () => crontab('exec sleep 60'), ['cron']],
  ['a note of an older ca-sync', () => [put('timer', ''), put(state('job'), `systemd\n${installed()}`)], ['systemd']],
  ['a note that is damaged', () => put(state('job'), 'at\n'), []],
  ['a hook that ran', () => put(state('hook-fish'), ''), ['hook']],
  ['one that has not run for long', () => put(state('hook-fish'), '', now - 15 * day), []],
  ['one that was just installed', () => put('.bashrc', '# >>> ca-sync hook >>>\n__ca_sync_hook\n'), ['hook']],
  ['a line of the user', () => put('.zshrc', 'eval "$(ca-sync hook zsh)"\n'), ['hook']],
  ['start-up files of other things', () => put('.bashrc', 'alias ll="ls -l"\n'), []],
  ['a watch', () => [put(state('state.json'), ''), markWatching(host()).beat()], ['watch']],
  ['a watch that was killed', () => put(state('watch'), '999999999 1'), []],
  [
    'a watch after one that was killed',
    () => [put(state('watch'), '999999999 1'), markWatching(host()).beat()],
    ['watch'],
  ],
  ['one with its number', () => [put(state('watch'), `${process.pid} 1`), markWatching(host()).beat()], ['watch']],
  ['several', () => [put(state('hook-bash'), ''), put(state('job'), jobNote('cron', [], 7))], ['cron', 'hook']],
] as [string, () => unknown, string[]][])('%s', async (_, prepare, by) => {
  prepare()
  expect(await byNow()).toEqual(by)
})

test('a watch that ends takes its mark away, but not that of another', async () => {
  markWatching(host()).beat()
  markWatching({ ...host(), pid: process.ppid }).beat()
  markWatching({ ...host(), pid: process.ppid }).end()
  expect(await byNow()).toEqual(['watch'])
  markWatching(host()).end()
  expect(await byNow()).toEqual([])
})

test('next is what is due first of the projects that are looked at', async () => {
  const at = (renewAt: number) => ({ renewAt }) as State['projects'][string]
  const known = { ...emptyState, projects: { '/a': at(now / 1000 + 60), '/b': at(now / 1000 + 30), '/c': at(0) } }
  const next = async (...folders: string[]) => (await renewalOf(host(), known, folders)).renewal.nextAt
  expect(await next('/a')).toBe('2026-01-01T00:01:00.000Z')
  expect(await next('/a', '/b')).toBe('2026-01-01T00:00:30.000Z')
  expect(await next('/c')).toBe('2026-01-01T00:00:00.000Z')
  expect(await next('/d')).toBeNull()
})

test.each([
  ['a job looks at its minutes', 7, () => {}, 60, '00:07'],
  ['also where it is due at that moment', 7, () => {}, 7 * 60, '00:07'],
  ['or right after it', 7, () => {}, 7 * 60 + 1, '00:37'],
  ['or is due by now', 7, () => {}, -3600, '00:07'],
  ['in the first minute', 0, () => {}, 0, '00:00'],
  ['a prompt may come when it is due', 7, () => put(state('hook-bash'), ''), 60, '00:01'],
  ['a watch is there then', 7, () => markWatching(host()).beat(), 60, '00:01'],
] as const)('when the next is: %s', async (_, minute, prepare, due, at) => {
  put('timer', '')
  put(state('job'), jobNote('systemd', [installed()], minute))
  prepare()
  const known = { ...emptyState, projects: { '/a': { renewAt: now / 1000 + due } as State['projects'][string] } }
  expect((await renewalOf(host(), known, ['/a'])).renewal.nextAt).toBe(`2026-01-01T${at}:00.000Z`)
})

test.each([
  [
    'the line is there',
    `echo '${cronBlock(job())}'`,
    { by: ['hook'], stopped: ['cron'], warnings: ['It is stopped. Start it.'] },
  ],
  ['the line is gone', 'true', { by: ['hook'], stopped: undefined, warnings: [] }],
  ['the crontab cannot be seen', 'exit 2', { by: ['cron', 'hook'], stopped: undefined, warnings: [] }],
])('where no cron daemon runs, its job is none: %s', async (_, script, told) => {
  crontab(script)
  put(state('hook-bash'), '')
  const { renewal, warnings } = await renewalOf(host(), emptyState, [], async () => ({
    message: 'It is stopped.',
    hint: 'Start it.',
  }))
  expect({ by: renewal.by, stopped: renewal.stopped, warnings }).toEqual(told)
})

test.each([
  ['in the minute that it starts in', 'windows', 23, 7 * 60 + 10, '00:07:23'],
  ['in its own second', 'windows', 23, 7 * 60 + 23, '00:07:23'],
  ['after it', 'windows', 23, 7 * 60 + 24, '00:37:23'],
  ['elsewhere it starts at the full minute', 'launchd', 23, 7 * 60 + 10, '00:37:00'],
] as const)('what is due in the own minute of a job: %s', async (_, kind, second, due, at) => {
  put('timer', '')
  put(state('job'), jobNote(kind, [installed()], 7, second))
  const known = { ...emptyState, projects: { '/a': { renewAt: now / 1000 + due } as State['projects'][string] } }
  expect((await renewalOf(host(), known, ['/a'])).renewal.nextAt).toBe(`2026-01-01T${at}.000Z`)
})
