import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Host } from '../core/ports/host.ts'
import type { Complaint } from '../core/words/errors.ts'
import { orElse } from '../core/words/or-else.ts'

/** Names of daemons that read a user's crontab, and of what starts them. */
const daemons = ['cron', 'crond', 'cronie', 'fcron', 'dcron']

/**
 * The commands that start cron, and have it started from now on where this system does that: by what of systemd, OpenRC or init scripts runs
 * here, or by hand as in a container.
 * @param exists - whether a path does
 */
export function startCron(exists: (path: string) => boolean, uid: number | undefined): string {
  const named =
    (...folders: string[]) =>
    (end = '') =>
      daemons.find((name) => folders.some((folder) => exists(`${folder}/${name}${end}`)))
  const unit = named('/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system')('.service')
  const script = named('/etc/init.d')()
  const isService = script !== undefined && exists('/usr/sbin/service')
  const alone = isService ? undefined : named('/usr/sbin', '/usr/bin', '/sbin')()
  const commands = exists('/run/systemd/system')
    ? [`systemctl enable --now ${unit ?? 'cron'}`]
    : exists('/run/openrc')
      ? [`rc-service ${script ?? 'crond'} start`, `rc-update add ${script ?? 'crond'}`]
      : [alone ?? `service ${script ?? 'cron'} start`]
  const asRoot = exists('/usr/bin/doas') && !exists('/usr/bin/sudo') ? 'doas ' : 'sudo '
  return commands.map((command) => (uid === 0 ? '' : asRoot) + command).join(' && ')
}

/** Why no job of cron starts on this machine, and what to type; undefined where one does, as far as can be seen. */
export const stoppedCron = ({ platform, uid }: Pick<Host, 'platform' | 'uid'>): Complaint | undefined =>
  platform !== 'linux' || isCronRunning()
    ? undefined
    : {
        message: 'No cron daemon is running on this machine, so nothing will start the job.',
        hint: `Type: ${startCron(existsSync, uid)}`,
      }

/** By the names of the processes: pid files are at other places on each distribution. Where those of others are hidden (hidepid), one may be. */
const isCronRunning = (): boolean =>
  programOf('1') === '' ||
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => daemons.includes(programOf(pid)))

/** Empty where it has ended meanwhile, or is another user's that we may not see. */
function programOf(pid: string): string {
  const [program = '', applet = ''] = orElse(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '').split('\0')
  return basename(basename(program) === 'busybox' ? applet : program)
}
