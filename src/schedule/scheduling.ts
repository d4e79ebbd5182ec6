import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Env, place } from '../core/ports/full-path.ts'
import type { Host } from '../core/ports/host.ts'
import { type Job, jobNote, ownTime, readJobNote, type Scheduler, type SchedulerKind } from '../core/ports/schedule.ts'
import { orElse } from '../core/words/or-else.ts'
import { writeFile } from '../files/atomic.ts'
import { configHome, dataHome, markOf, stateDir } from '../files/places.ts'
import { readText } from '../files/read.ts'
import { busAddress } from '../programs/environment.ts'
import { stoppedCron } from './cron-daemon.ts'
import { cronScheduler } from './cron-scheduler.ts'
import { jobEnvironment, momentOf } from './job.ts'
import { launchdScheduler } from './launchd-scheduler.ts'
import { runner } from './run.ts'
import { stablePrograms } from './stable-programs.ts'
import { systemdScheduler } from './systemd-scheduler.ts'
import { windowsScheduler } from './windows.ts'

const usualKinds: Partial<Record<NodeJS.Platform, readonly SchedulerKind[]>> = {
  darwin: ['launchd', 'cron'],
  win32: ['windows'],
}

/** Notes what is installed. Where that cannot be written, only `status` knows less. */
function noted(scheduler: Scheduler, note: string): Scheduler {
  const isOwn = async () => readJobNote((await readText(note)) ?? '').kind === scheduler.kind
  return {
    ...scheduler,
    async install(job) {
      const places = await scheduler.install(job)
      await writeFile(note, jobNote(scheduler.kind, places, job.minute, job.second), { mode: 0o600 }).catch(
        () => undefined,
      )
      return places
    },
    async uninstall() {
      const wasThere = await scheduler.uninstall()
      if (await isOwn().catch(() => false)) await rm(note, { force: true })
      return wasThere
    },
  }
}

/** The schedulers of a machine, and what a job would be there. */
export function createScheduling(host: Host) {
  const { env, platform, home, uid } = host
  const run = runner(host)
  const withNote = (scheduler: Scheduler) => noted(scheduler, markOf('job', host))
  return {
    schedulers: {
      systemd: withNote(
        systemdScheduler({
          run,
          folders: [configHome(host), join(home, '.config')].map((one) => join(one, 'systemd', 'user')),
          stamps: join(dataHome(host), 'systemd', 'timers'),
        }),
      ),
      cron: withNote(cronScheduler(run, () => stoppedCron(host))),
      launchd: withNote(launchdScheduler({ run, home, uid: uid ?? 0, sleep })),
      windows: withNote(windowsScheduler(run, stateDir(host))),
    },
    /** Those that this system may have, the better first. */
    usual: usualKinds[platform] ?? ['systemd', 'cron'],
    /** What is special about this machine, as whole sentences. */
    notes: platform === 'linux' && isWsl(env) ? [wslNote] : [],
    job: () => jobOf(host),
    environment: (kind: SchedulerKind, job: Job): Env => {
      if (platform === 'win32') return { ...env }
      const runtime = kind === 'systemd' && env['XDG_RUNTIME_DIR']
      return { HOME: home, PATH: '/usr/bin:/bin', ...(runtime && { XDG_RUNTIME_DIR: runtime }), ...job.env }
    },
    isProgram: isReadable,
    /** The session bus that is found from an environment; undefined where there is none. */
    bus: (jobEnv: Env) => busAddress(jobEnv, uid),
  }
}

/** The job, and what had to be left out of it. @throws CaSyncError SCHEDULE_REFUSED when Node or ca-sync run from a place that does not last */
function jobOf(host: Host) {
  const { env, platform, home, uid } = host
  const { programs, warnings } = stablePrograms(host)
  const recorded = jobEnvironment(host, userHome())
  const seed = `${uid} ${home} ${statSync(home, { throwIfNoEntry: false })?.ino}`
  const moment = momentOf(seed)
  const usesAws = existsSync(join(home, '.aws'))
  const job: Job = {
    ...programs,
    env: { ...recorded.env, [ownTime]: `${moment.minute}:${moment.second}` },
    ...moment,
    home,
    watch: usesAws ? join(home, '.aws', 'sso', 'cache') : undefined,
    loginCache:
      place(env, 'AWS_LOGIN_CACHE_DIRECTORY', platform) ?? (usesAws ? join(home, '.aws', 'login', 'cache') : undefined),
  }
  return { job, warnings: [...warnings, ...recorded.warnings] }
}

/** The home in the system's list of users, which need not have this one. */
const userHome = (): string | undefined => orElse(() => userInfo().homedir, undefined)

/** A program is read: Node's are no executables. */
const isReadable = (path: string): boolean =>
  orElse(() => accessSync(path, constants.R_OK) === undefined && statSync(path).isFile(), false)

const isWsl = (env: Host['env']): boolean =>
  env['WSL_DISTRO_NAME'] !== undefined || /microsoft/i.test(readFileSync('/proc/version', 'utf8'))

const wslNote =
  'This is WSL: it stops when no window of it is open, and no job runs then. Let your shell renew tokens as well: ca-sync hook install. ' +
  'Jobs need systemd=true under [boot] in /etc/wsl.conf, and a keyring (gnome-keyring) that you unlock once after each start.'
