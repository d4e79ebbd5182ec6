import { expect, test } from '@jest/globals'
import { startCron, stoppedCron } from '../../src/schedule/cron-daemon.ts'

const sudo = '/usr/bin/sudo'
const debian = ['/etc/init.d/cron', '/usr/sbin/service', '/usr/sbin/cron', sudo]
const systemd = '/run/systemd/system'

test.each([
  [
    'Debian, Ubuntu, and WSL with systemd',
    [systemd, '/lib/systemd/system/cron.service', ...debian],
    'sudo systemctl enable --now cron',
  ],
  [
    'Fedora',
    [systemd, '/usr/lib/systemd/system/crond.service', '/usr/sbin/crond', sudo],
    'sudo systemctl enable --now crond',
  ],
  [
    'Arch',
    [systemd, '/usr/lib/systemd/system/cronie.service', '/usr/bin/crond', sudo],
    'sudo systemctl enable --now cronie',
  ],
  ['systemd, and no cron that it knows', [systemd, sudo], 'sudo systemctl enable --now cron'],
  ['WSL, or Debian in a container', debian, 'sudo service cron start'],
  [
    'Alpine',
    ['/run/openrc', '/etc/init.d/crond', '/usr/sbin/crond', '/usr/bin/doas'],
    'doas rc-service crond start && doas rc-update add crond',
  ],
  ['Alpine in a container', ['/usr/sbin/crond'], 'sudo crond'],
  [
    'Alpine in a container, with scripts that nothing runs',
    ['/etc/init.d/crond', '/usr/sbin/crond', '/usr/bin/doas'],
    'doas crond',
  ],
  ['Fedora in a container', ['/usr/sbin/crond', sudo], 'sudo crond'],
  ['a system that nothing is known of', [], 'sudo service cron start'],
])('what starts cron on %s', (_, there, command) => {
  expect(startCron((path) => there.includes(path), 1000)).toBe(command)
  expect(startCron((path) => there.includes(path), 0)).toBe(command.replaceAll(/sudo |doas /g, ''))
})

test('other systems start it themselves', () => {
  expect(stoppedCron({ platform: 'darwin', uid: 501 })).toBeUndefined()
})
