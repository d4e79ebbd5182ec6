import type { Context } from '../../context.ts'
import type { Keeping, KeepingWish } from '../../core/memory/keeping.ts'
import type { ProjectRecord, State } from '../../core/memory/state.ts'
import { checkClaims, checkIdentities, checkUrls, checkUsernames, recordedClaims } from '../../core/plan/conflicts.ts'
import { type Actual, needsHandover, type PlannedSource, type PoetryNames, plan } from '../../core/plan/plan.ts'
import { assignServices, type Place, type Target } from '../../core/plan/target.ts'
import type { HandoverSession, PoetryProgram, PoetrySettings, Project } from '../../core/ports/ports.ts'
import { checkDeclaration } from '../../core/project/declarations.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import {
  type Chooser,
  type Draft,
  type DraftTarget,
  type Failure,
  knownTarget,
  resolveTarget,
} from '../../survey/targets.ts'

/** What a run on one project works on, before anything is asked of AWS, Poetry or a keyring. */
export interface Request {
  readonly project: Project
  readonly drafts: readonly Draft[]
  readonly chooser: Chooser
  readonly state: State
  /** What the last run on this project left. */
  readonly record: ProjectRecord | undefined
  readonly force: boolean
  readonly dryRun: boolean
  readonly unattended: boolean
  /** The run is about every project: each with its recorded Poetry. */
  readonly all: boolean
  readonly keeping: Keeping
  /** What of it this run was told. */
  readonly keepingWish: KeepingWish
}

/** What is, and the plan that follows from it. */
export interface Gathered {
  readonly planned: readonly PlannedSource[]
  readonly failures: readonly Failure[]
  readonly program: PoetryProgram
  readonly reader: string
  readonly configDir: string
  readonly settings: PoetrySettings
  readonly session: HandoverSession | undefined
  readonly warnings: readonly string[]
}

type Unplanned = Omit<Actual, 'names'>

export const noNames = { urls: new Map(), usernames: new Map(), passwords: new Map() } as const

/** Whether Poetry's Python is needed, as far as the state can tell; it is started beside the AWS calls, not after them. */
function expectHandover({ drafts, state, project, keeping }: Request, actual: Unplanned): boolean {
  if (keeping.store === 'plaintext') return false
  const known = drafts.map((draft) => knownTarget(draft, state))
  if (!known.every((target) => target !== undefined)) return true
  return assignServices(known, state, project.folder, keeping).some((target) =>
    needsHandover(target, { ...actual, names: noNames }),
  )
}

interface Resolved {
  readonly targets: readonly DraftTarget[]
  readonly failures: readonly Failure[]
}

/** Asks AWS for what the state does not know of the sources; with `force`, for everything. */
export async function resolve(
  context: Context,
  { drafts, state, force }: Pick<Request, 'drafts' | 'state' | 'force'>,
): Promise<Resolved> {
  const memory = force ? { ...state, endpoints: {} } : state
  const asked = force ? drafts.map((draft) => ({ ...draft, record: undefined })) : drafts
  const results = await Promise.all(asked.map((draft) => attempt(draft, () => resolveTarget(draft, memory, context))))
  return {
    targets: results.filter((result): result is DraftTarget => !('error' in result)),
    failures: results.filter((result): result is Failure => 'error' in result),
  }
}

async function attempt<T>({ source }: Draft, work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CaSyncError) return { source, error }
    throw error
  }
}

/** @throws CaSyncError SOURCE_HOST_MISMATCH */
export function declarationWarnings({ project }: Pick<Request, 'project'>, targets: readonly DraftTarget[]): string[] {
  return targets.flatMap(({ source, url }) => {
    const finding = checkDeclaration(source, url, project.file)
    if (finding instanceof CaSyncError) throw finding
    return finding === undefined ? [] : [finding.message]
  })
}

type Naming = Pick<Request, 'project' | 'state' | 'record'>

/** @throws CaSyncError NAME_CONFLICT, CONFIG_INVALID where another source or project stands in the way */
export function checkOthers(
  { currentClaim }: Context,
  { project, state, record }: Naming,
  targets: readonly Target[],
): void {
  const wanted = new Set(targets.map(({ name }) => name))
  checkIdentities(targets, record?.sources.filter(({ name }) => !wanted.has(name)) ?? [])
  const claims = recordedClaims(state, project.folder, wanted)
  checkClaims(
    targets,
    claims.flatMap((claim) => currentClaim(claim) ?? []),
  )
}

/** @throws CaSyncError NAME_CONFLICT, CONFIG_INVALID */
export function checkNames(context: Context, naming: Naming, targets: readonly Target[], names: PoetryNames): void {
  checkOthers(context, naming, targets)
  checkUrls(targets, names.urls, naming.state)
  checkUsernames(targets, names.usernames)
}

/** A token that Poetry will never look up is not asked for. @throws CaSyncError KEYRING_DISABLED */
function refuseDisabledKeyring(targets: readonly Target[], settings: PoetrySettings): void {
  const disabled = targets.flatMap((target) => settings.shadows(target)).find(({ kind }) => kind === 'keyring-disabled')
  if (disabled !== undefined) throw new CaSyncError('KEYRING_DISABLED', disabled.message, disabled.hint)
}

/** Poetry's config folder as an earlier run saw it, while our own rule still gives what it gave then. */
export function rememberedDir({ poetry }: Context, { projects }: State, folder: string): string | undefined {
  const records = [projects[folder], ...Object.values(projects)]
  return records.find((record) => record?.poetry.ruledDir === poetry.configDir())?.poetry.configDir
}

/** Of the files that ca-sync writes, those that are not there yet. */
export const absentFiles = ({ poetry, exists }: Context, configDir: string): readonly string[] =>
  poetry.written(configDir).filter((path) => !exists(path))

const firstOf = (values: readonly (string | undefined)[]): string | undefined =>
  values.find((value) => value !== undefined)

function whatIs(context: Context, request: Request, reader: string): Unplanned {
  const { state, record, force } = request
  const auth = record && context.poetry.authFile(record.poetry.configDir)
  return {
    ...{ state, reader, force },
    credentials: context.credentials,
    renewed: context.renewed,
    now: context.host.now(),
    authTouched: auth !== undefined && context.stamps([auth])[auth] !== record?.inputs[auth],
  }
}

/** Without a keyring it does not matter which Python Poetry runs on, nor whether there is one yet. */
async function findProgram(context: Context, { project, record, all, keeping }: Request): Promise<PoetryProgram> {
  try {
    return await context.poetry.find(project.folder, record?.poetry, all ? 'recorded' : 'path')
  } catch (error) {
    if (keeping.store === 'keyring' || !(error instanceof CaSyncError)) throw error
    return record?.poetry ?? { poetry: '', python: '' }
  }
}

/** @param configDir - Poetry's config folder */
export const placeOf = ({ poetry }: Context, { store, share }: Keeping, configDir: string): Place =>
  store === 'plaintext' ? { plaintextFile: poetry.authFile(configDir) } : { share }

/** Reads all that a plan needs. The session is open while Poetry's Python waits for its entries; the caller closes it. */
export async function gather(context: Context, request: Request): Promise<Gathered> {
  const { project, state, record, dryRun, unattended, all, keeping } = request
  context.progress('Asking AWS and Poetry…')
  const resolving = resolve(context, request)
  resolving.catch(() => undefined)
  const program = await findProgram(context, request)
  const reader = context.readerOf(program)
  const actual = whatIs(context, request, reader)
  const remembered = rememberedDir(context, state, project.folder)
  const unknown = remembered === undefined && keeping.store === 'keyring'
  const needed = !dryRun && (unknown || expectHandover(request, actual))
  const session = needed ? context.poetry.open(program.python, [project.folder], unattended) : undefined
  try {
    const probing = session?.probe()
    probing?.catch(() => undefined)
    const { targets: drafts, failures } = await resolving
    const warnings = declarationWarnings(request, drafts)
    // With no source left, a person is not asked to unlock a keyring for nothing.
    const probed = drafts.length > 0 ? (await probing)?.configDir : undefined
    const known = [probed, remembered]
    const configDir = firstOf(all ? [record?.poetry.configDir, ...known] : known) ?? context.poetry.configDir()
    const settings = await context.poetry.settings(configDir, project.folder)
    const targets = assignServices(drafts, state, project.folder, placeOf(context, keeping, configDir))
    checkNames(context, request, targets, settings.names)
    refuseDisabledKeyring(targets, settings)
    const planned = plan(targets, { ...actual, names: settings.names })
    return { planned, failures, program, reader, configDir, settings, session, warnings }
  } catch (error) {
    session?.close()
    throw error
  }
}
