import { dirname } from 'node:path'
import { isNoMore } from '../../core/memory/absence.ts'
import { type State, usedSources } from '../../core/memory/state.ts'
import { loggedOut, planLogout, type Scope } from '../../core/plan/logout.ts'
import { CaSyncError, type ExitCode } from '../../core/words/errors.ts'
import { orElse } from '../../core/words/or-else.ts'
import { quote } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { hookedShells, lookForJob } from '../../survey/job.ts'
import type { LogoutArguments } from '../arguments.ts'
import { alone } from '../locked.ts'
import { refuseBoth } from '../refuse.ts'
import { inPlaintext, removeConfig, removeSecrets } from './steps.ts'
import { type LogoutOutcome, logoutAgain, printLogout } from './text.ts'

type Parts = Pick<Machine, 'host' | 'projects' | 'finder' | 'keyring' | 'poetryFiles' | 'unlockedVault' | 'store'>

/**
 * Without what ca-sync remembers nothing can be removed, and the file itself says that something is left.
 * @throws CaSyncError STATE_LOST
 */
function refuseLost({ store }: Pick<Machine, 'store'>, args: LogoutArguments): void {
  const problem = store.problem()
  if (problem?.code !== 'STATE_LOST') return
  const hints = [
    problem.hint,
    `A run of ca-sync in each of your projects makes it anew. Then type: ${logoutAgain(args)}`,
    "Lines in Poetry's auth.toml and config.toml then stay, without a secret: poetry config --unset http-basic.NAME, and repositories.NAME.",
    'Or by hand: remove from your keyring the items of the service ca-sync, and those of the user aws under the hosts of your domains.',
  ]
  const message = `${problem.message} Nothing was removed.`
  throw new CaSyncError(problem.code, message, { hint: hints.join('\n'), cause: problem })
}

const isKnownFolder = ({ projects, served, leaving }: State, folder: string): boolean =>
  [projects, served, leaving].some((table) => Object.hasOwn(table, folder))

const unknownProject = (what: string): CaSyncError =>
  new CaSyncError('PROJECT_NOT_FOUND', what, {
    hint: 'Go to your Poetry project, or name its folder: ca-sync logout -C DIR. For all projects: ca-sync logout --all',
  })

/**
 * The nearest folder upwards that is a project, or that the state knows as one: its pyproject.toml may be gone.
 * @throws CaSyncError PROJECT_NOT_FOUND, also for a mistyped folder: nobody means one above it
 */
function folderNamed(machine: Parts, state: State, named: string | undefined): string {
  const { path, isFolder } = machine.projects.folder(named)
  if (!isFolder && !isKnownFolder(state, path)) throw unknownProject(`${path} is not a folder.`)
  for (let here = path; ; here = dirname(here)) {
    if (isKnownFolder(state, here) || machine.projects.presence(here) === 'there') return here
    if (here === dirname(here)) throw unknownProject(`There is no project in ${path} or in a folder above it.`)
  }
}

/** What pyproject.toml names, as far as it can be read: a source that was logged out before is no unknown one. */
function knownNames({ projects }: Pick<Machine, 'projects'>, folder: string): readonly string[] {
  return orElse(() => projects.read(projects.at(folder)).sources, []).map(({ name }) => name)
}

/** @throws CaSyncError SOURCE_UNKNOWN */
function checkKnown(machine: Pick<Machine, 'projects'>, state: State, folder: string, names: readonly string[]): void {
  const known = new Set([...usedSources(state, folder).map(({ name }) => name), ...knownNames(machine, folder)])
  const unknown = names.find((name) => !known.has(name))
  if (unknown === undefined) return
  throw new CaSyncError('SOURCE_UNKNOWN', `ca-sync knows no source ${quote(unknown)} of ${folder}.`, {
    hint: known.size === 0 ? 'It knows none there.' : `It knows: ${[...known].join(', ')}.`,
  })
}

/** @throws CaSyncError PROJECT_NOT_FOUND, SOURCE_UNKNOWN */
function scopeOf(machine: Parts, { all, project, source: names }: LogoutArguments): Scope {
  if (all) return { folder: undefined }
  const state = machine.store.read()
  const folder = folderNamed(machine, state, project)
  if (names !== undefined) checkKnown(machine, state, folder, names)
  return { folder, names }
}

/** Removes what ca-sync wrote: secrets first, then lines in files, then what it knows. Killed anywhere, the next logout finishes it. */
export async function logout(machine: Machine, args: LogoutArguments): Promise<ExitCode> {
  const each = 'Type ca-sync logout --all for everything, or ca-sync logout -C DIR -s NAME for one project.'
  refuseBoth(args, 'everything', each)
  refuseLost(machine, args)
  // A mistake is told at once, not after a wait for another run.
  const scope = scopeOf(machine, args)
  const outcome = await alone(machine, () => removeAll(machine, scope))
  const code = printLogout(machine, args, scope, outcome)
  if (args.all && !args.json && !args.quiet) await tellInstalled(machine)
  return code
}

async function removeAll(machine: Parts, scope: Scope): Promise<LogoutOutcome> {
  const state = machine.store.read()
  const now = machine.host.now()
  const work = planLogout(state, scope, (folder) => isNoMore(state, folder, machine.projects.presence(folder), now))
  await machine.store.write(work.marked)
  const { entries, tokens } = await removeSecrets(machine, work, scope.folder ?? machine.host.home)
  const { files, names, leftFiles } = await removeConfig(machine, work)
  // By their stamps, the passwords are found again.
  const plain = names.left.length === 0 ? [] : inPlaintext(work)
  const left = { entries: entries.left, tokens: [...tokens.left, ...plain], names: names.left }
  await machine.store.write(loggedOut(work, left, leftFiles))
  const secret = entries.left.length === 0 ? (tokens.error ?? entries.error) : entries.error
  const isLeft = entries.left.length + tokens.left.length > 0
  return { work, left, files, errors: [isLeft ? secret : undefined, names.error].flatMap((error) => error ?? []) }
}

/** What stays installed when nothing is left to renew. Where it cannot be seen, nothing is said. */
async function tellInstalled(machine: Pick<Machine, 'host' | 'scheduling' | 'startup'>): Promise<void> {
  const job = await lookForJob(machine).catch(() => undefined)
  const hooked = await hookedShells(machine).catch(() => [])
  const commands = [
    ...(job === undefined || job.installed.state === 'missing' ? [] : ['ca-sync schedule uninstall']),
    ...(hooked.length > 0 ? ['ca-sync hook uninstall'] : []),
  ]
  if (commands.length > 0)
    machine.host.stdout(`What renews tokens stays installed. To remove it, type: ${commands.join(' && ')}\n`)
}
