import { asInstalled, notInstalled, type Scheduler } from '../core/ports/schedule.ts'
import { type Complaint, inFull } from '../core/words/errors.ts'
import { blockIn, cronBlock, cronJob, cronRuns, withCronBlock, withoutCronBlock, withoutHeader } from './cron.ts'
import { must, type Run, runFailure } from './run.ts'

/** One character a byte: the user's own lines may be in any encoding. */
const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const ownText = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

function openCrontab(run: Run) {
  const list = () => run('crontab', ['-l'])
  const isNone = (stderr: string) => /no crontab|can't open/i.test(stderr)

  async function read(): Promise<string | undefined> {
    const ran = await list()
    if (ran.code === 0) return ran.stdout.toString('latin1')
    if (ran.code !== undefined && isNone(ran.stderr)) return undefined
    throw runFailure('crontab', ['-l'], ran)
  }

  const put = (crontab: string) => must(run, 'crontab', ['-'], Buffer.from(crontab, 'latin1'))

  async function write(text: string): Promise<void> {
    await put(text)
    // Where the lines that this cron put before it are shown, the ones of last time are now the user's: they go.
    const shown = (await read()) ?? ''
    if (shown !== text && withoutHeader(shown) === text && withoutHeader(text) !== text) await put(withoutHeader(text))
  }

  async function available(): Promise<boolean> {
    const { code, stderr } = await list()
    return code === 0 || (code !== undefined && isNone(stderr))
  }

  return { read, write, available, remove: () => must(run, 'crontab', ['-r']) }
}

/** Whether our line is in the crontab, and no comment; undefined where that cannot be seen. */
export function holdsJob(run: Run): Promise<boolean | undefined> {
  const isJob = (text = '') => /^\s*[^#\s]/m.test(blockIn(text) ?? '')
  return openCrontab(run)
    .read()
    .then(isJob, () => undefined)
}

/** @param whyStopped - why no cron daemon starts the job; undefined where one does */
export function cronScheduler(run: Run, whyStopped: () => Complaint | undefined): Scheduler {
  const { read, write, available, remove } = openCrontab(run)
  return {
    kind: 'cron',
    title: 'cron job',
    hint: 'Install cron (Debian, Ubuntu: sudo apt-get install cron; Fedora: sudo dnf install cronie), then type: ca-sync schedule install',
    available,
    async render(job) {
      const { job: fitting, warnings } = cronJob(job)
      const files = [{ name: 'crontab', text: cronBlock(fitting) }]
      const stopped = whyStopped()
      return { files, warnings: stopped ? [...warnings, inFull(stopped)] : warnings }
    },
    async inspect(job) {
      const found = (await available()) ? blockIn((await read()) ?? '') : undefined
      if (found === undefined) return notInstalled
      const ours = ownText(found)
      const runs = cronRuns(ours)
      const state = ours === cronBlock(cronJob(asInstalled(job, runs)).job) ? 'installed' : 'differs'
      const stopped = whyStopped()
      return { state, active: stopped === undefined, notes: [], stopped, runs }
    },
    async install(job) {
      const before = await read()
      const after = withCronBlock(before ?? '', bytes(cronBlock(cronJob(job).job)))
      if (after !== before) await write(after)
      return ['your crontab']
    },
    async uninstall() {
      const before = (await available()) ? await read() : undefined
      if (before === undefined) return false
      const after = withoutCronBlock(before)
      if (after === before) return false
      if (withoutHeader(after) === '') await remove()
      else await write(after)
      return true
    },
  }
}
