import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { renewalOf } from '../../../src/commands/status/renewal.ts'
import { markWatching } from '../../../src/commands/watch/mark.ts'
import { emptyState, type State } from '../../../src/core/memory/state.ts'
import type { Host } from '../../../src/core/ports/host.ts'
import { jobNote } from '../../../src/core/ports/schedule.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ca-sync-renewal-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const now = Date.parse('2026-01-01T00:00:00Z')
const host = () => ({ env: {}, platform: 'linux', home, pid: process.pid, now: () => now }) as unknown as Host
const byNow = () => renewalOf(host(), emptyState, []).by

function put(path: string, text: string, at = now): void {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  utimesSync(file, at / 1000, at / 1000)
}

const day = 86_400_000
const state = (what: string) => join('.local/state/ca-sync', what)
const installed = () => join(home, 'timer')

test.each([
  ['nothing', () => {}, []],
  ['a job', () => [put('timer', ''), put(state('job'), jobNote('systemd', ['units', installed()]))], ['systemd']],
  ['a job whose file was removed by hand', () => put(state('job'), jobNote('launchd', [installed()])), []],
  ['a crontab has no file', () => put(state('job'), jobNote('cron', ['your crontab'])), ['cron']],
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
  ['several', () => [put(state('hook-bash'), ''), put(state('job'), jobNote('cron', []))], ['cron', 'hook']],
] as [string, () => unknown, string[]][])('%s', (_, prepare, by) => {
  prepare()
  expect(byNow()).toEqual(by)
})

test('a watch that ends takes its mark away, but not that of another', () => {
  markWatching(host()).beat()
  markWatching({ ...host(), pid: process.ppid }).beat()
  markWatching({ ...host(), pid: process.ppid }).end()
  expect(byNow()).toEqual(['watch'])
  markWatching(host()).end()
  expect(byNow()).toEqual([])
})

test('next is what is due first of the projects that are looked at', () => {
  const at = (renewAt: number) => ({ renewAt }) as State['projects'][string]
  const known = { ...emptyState, projects: { '/a': at(now / 1000 + 60), '/b': at(now / 1000 + 30), '/c': at(0) } }
  const next = (...folders: string[]) => renewalOf(host(), known, folders).nextAt
  expect(next('/a')).toBe('2026-01-01T00:01:00.000Z')
  expect(next('/a', '/b')).toBe('2026-01-01T00:00:30.000Z')
  expect(next('/c')).toBe('2026-01-01T00:00:00.000Z')
  expect(next('/d')).toBeNull()
})
