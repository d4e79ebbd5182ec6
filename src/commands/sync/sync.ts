import { setTimeout as sleep } from 'node:timers/promises'
import type { ProjectPlace } from '../../core/ports/project.ts'
import { ownTime, untilOwnSecond } from '../../core/ports/schedule.ts'
import { readFlags } from '../../core/project/settings.ts'
import { CaSyncError, type ExitCode } from '../../core/words/errors.ts'
import { commandWords } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { SyncArguments } from '../arguments.ts'
import { type GiveWay, withLock } from '../locked.ts'
import { refuseBoth, refuseSudo } from '../refuse.ts'
import { exitCodeOf, ofProject, together } from '../report.ts'
import { syncAll } from './all.ts'
import { syncProject } from './project.ts'
import type { Wish } from './request.ts'
import { printPlan, printSync } from './text.ts'

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
    isNamed: args.project !== undefined,
    keeping: { store, share, local: localWish(args) },
  }
  const places = all ? undefined : findEach(machine, args.project)
  if (unattended) await sleep(untilOwnSecond(machine.host.env[ownTime] ?? '', machine.host.now()))
  if (dryRun) return printPlan(machine, args, await syncAt(machine, places, wish))
  const locked = (on: Machine) => withLock(on, args, (giveWay) => syncAt(on, places, wish, giveWay))
  const first = await locked(machine)
  const isRenewed = await signedIn(
    machine,
    args,
    first.sources.map(({ error }) => error),
  )
  // What the first run learned of AWS does not bind the next.
  const second = isRenewed ? again() : machine
  const report = isRenewed ? await locked(second).finally(() => second.close()) : first
  printSync(second, args, report)
  return exitCodeOf(report)
}

/** The projects of folders, each once. A mistake in one is told at once, not after a wait for another run. */
function findEach({ projects, store }: Machine, folders: readonly (string | undefined)[] = [undefined]) {
  const places = new Map(folders.map((folder) => projects.find(folder)).map((place) => [place.folder, place]))
  for (const place of places.values()) projects.read(place)
  store.read()
  return [...places.values()]
}

/** @param places - undefined for every project */
async function syncAt(machine: Machine, places: readonly ProjectPlace[] | undefined, wish: Wish, giveWay?: GiveWay) {
  if (places === undefined) return syncAll(machine, wish, giveWay)
  const reports = []
  for (const place of places) {
    const report = await syncProject(machine, place, wish)
    reports.push(places.length === 1 ? report : ofProject(report, place))
  }
  return together(reports)
}

/** Offers a person to renew an expired AWS login, and does. @returns whether it is worth another try */
export async function signedIn(
  { host, run }: Machine,
  { json, quiet, unattended }: Pick<SyncArguments, 'json' | 'quiet'> & { readonly unattended?: boolean },
  errors: readonly (CaSyncError | null)[],
): Promise<boolean> {
  const expired = errors.find((error) => error?.code === 'AWS_SSO_EXPIRED')
  const [program, ...words] = commandWords(expired?.hint ?? '') ?? []
  if (program === undefined || !host.canAsk || json || quiet || unattended) return false
  host.stderr(`The AWS login has expired. Run ${[program, ...words].join(' ')} now? [Y/n] `)
  const answer = (await host.readLine())?.trim()
  if (answer === undefined || !/^(?:y(?:es)?)?$/i.test(answer)) return false
  return (await run([program, ...words], {})) === 0
}
