import { expect, test } from '@jest/globals'
import type { Job } from '../../src/core/ports/schedule.ts'
import { systemdFiles } from '../../src/schedule/systemd.ts'
import { job } from './jobs.ts'

const textOf = (one: Job) => Object.fromEntries(systemdFiles(one).map(({ name, text }) => [name, text]))

test('the units, whole', () => {
  expect(textOf(job())).toEqual({
    'ca-sync.service': `[Unit]
Description=ca-sync: renew AWS CodeArtifact tokens for Poetry
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart="/usr/bin/node" "/usr/local/bin/ca-sync" --all --unattended --quiet
Environment="PATH=/usr/local/bin:/usr/bin:/bin"
TimeoutStartSec=5min
SuccessExitStatus=3 4 5 6
`,
    'ca-sync.timer': `[Unit]
Description=ca-sync: renew AWS CodeArtifact tokens for Poetry

[Timer]
OnCalendar=*:7/30
Persistent=true

[Install]
WantedBy=timers.target
`,
    'ca-sync.path': `[Unit]
Description=ca-sync: renew AWS CodeArtifact tokens for Poetry

[Path]
PathChanged=%h/.aws/sso/cache

[Install]
WantedBy=default.target
`,
  })
})

test('without ~/.aws there is nothing to watch', () => {
  expect(Object.keys(textOf(job({ watch: undefined })))).toEqual(['ca-sync.service', 'ca-sync.timer'])
})

test('the cache of `aws login` has units of its own', () => {
  const { 'ca-sync-login.path': path, 'ca-sync-login.service': service = '' } = textOf(
    job({ loginCache: '/srv/login 100%/cache' }),
  )
  expect(path).toContain('\nPathChanged=/srv/login 100%%/cache\n')
  expect(service).toContain('ExecStart="/bin/sh" "-c" "s=$$XDG_RUNTIME_DIR;')
  expect(service).toContain('"ca-sync" "/usr/bin/node" "/usr/local/bin/ca-sync" "--all" "--unattended" "--quiet"')
})

test('another HOME than that of systemd is written out', () => {
  const { 'ca-sync.path': path } = textOf(job({ env: { HOME: '/home/kim' } }))
  expect(path).toContain('\nPathChanged=/home/kim/.aws/sso/cache\n')
})

test('a Node whose path systemd cannot write is refused', () => {
  expect(() => systemdFiles(job({ node: `/opt/kim's/node` }))).toThrow(
    expect.objectContaining({ code: 'SCHEDULE_REFUSED' }),
  )
})
