import { CaSyncError, type ExitCode } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { readFlags } from '../../survey/flags.ts'
import type { SyncArguments } from '../arguments.ts'
import { type GiveWay, withLock } from '../locked.ts'
import { exitCodeOf, type Report } from '../report.ts'
import { refuseBoth } from '../scope.ts'
import { refuseSudo } from '../sudo.ts'
import { syncAll, together } from './all.ts'
import { type Opened, openProject, syncProject, type Wish } from './project.ts'
import { signedIn } from './sign-in.ts'
import { printPlan, printSync } from './text.ts'

type Parts = Run & Pick<Machine, 'projects' | 'poetryFiles' | 'store' | 'userConfigFile' | 'userConfig' | 'stamps'>

/** @throws CaSyncError USAGE */
/** What is said of one project's own lines. @throws CaSyncError USAGE */
function localWish({ local, noLocal }: SyncArguments): boolean | undefined {
  if (local && noLocal)
    throw new CaSyncError('USAGE', '--local and --no-local go against each other.', { hint: 'Give one of the two.' })
  return local || noLocal ? local : undefined
}

/** @throws CaSyncError USAGE */
function refuseOfOne({ all, store = 'keyring', local, noLocal }: SyncArguments): void {
  const words = { [`--store ${store}`]: store !== 'keyring', '--local': local, '--no-local': noLocal }
  const [word] = Object.entries(words).find(([, isGiven]) => isGiven) ?? []
  if (!all || word === undefined) return
  const hint = `Type in its folder: ca-sync ${word}`
  throw new CaSyncError('USAGE', `${word} is about one project: it does not go with --all.`, { hint })
}

/** The job, for one project or for all that were synced before: read → plan → apply → report. */
export async function sync(machine: Machine, args: SyncArguments, again: () => Machine): Promise<ExitCode> {
  if (!args.unattended && machine.host.uid === 0)
    refuseSudo(machine, "it would look into root's keyring and AWS login, and leave files of root's.")
  refuseBoth(args, 'every project', 'Type ca-sync --all for every project, or ca-sync -C DIR -s NAME for one.')
  refuseOfOne(args)
  const { source: sources, force, dryRun, unattended, all, store, share } = args
  const wish: Wish = {
    flags: readFlags(args),
    sources,
    force,
    dryRun,
    unattended,
    patient: unattended,
    all,
    keeping: { store, share, local: localWish(args) },
  }
  // A mistake in a project is told at once, not after a wait for another run.
  const opened = all ? undefined : openEach(machine, args.project)
  if (dryRun) return printPlan(machine, args, await syncOpened(machine, opened, wish))
  const locked = (on: Machine) => withLock(on, args, (giveWay) => syncOpened(on, opened, wish, giveWay))
  const first = await locked(machine)
  const isRenewed = await signedIn(machine, args, first)
  // What the first run learned of AWS does not bind the next.
  const second = isRenewed ? again() : machine
  const report = isRenewed ? await locked(second).finally(() => second.close()) : first
  printSync(second, args, report)
  return exitCodeOf(report)
}

/** The projects of folders, each once. */
function openEach(machine: Parts, folders: readonly (string | undefined)[] = [undefined]): Opened[] {
  const places = new Map(folders.map((folder) => machine.projects.find(folder)).map((place) => [place.folder, place]))
  return [...places.values()].map((place) => openProject(machine, place, false))
}

/** @param opened - undefined for every project */
async function syncOpened(
  machine: Machine,
  opened: readonly Opened[] | undefined,
  wish: Wish,
  giveWay?: GiveWay,
): Promise<Report> {
  if (opened === undefined) return syncAll(machine, wish, giveWay)
  const reports = []
  for (const one of opened) {
    const { folder } = one.project
    const report = await syncProject(machine, folder, () => one, wish)
    const sources =
      opened.length === 1 ? report.sources : report.sources.map((source) => ({ ...source, project: folder }))
    reports.push({ ...report, sources })
  }
  return together(reports)
}
