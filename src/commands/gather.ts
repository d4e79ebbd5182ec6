import type { Context } from '../context.ts'
import { checkClaims, checkIdentities, checkUrls, recordedClaims } from '../core/conflicts.ts'
import { checkDeclaration } from '../core/declarations.ts'
import { CaSyncError } from '../core/errors.ts'
import { type Actual, needsHandover, type PlannedSource, plan } from '../core/plan.ts'
import type { HandoverSession, PoetryProgram, PoetrySettings, Project } from '../core/ports.ts'
import type { State } from '../core/state.ts'
import { assignServices, type Target } from '../core/target.ts'
import { type Chooser, type Draft, type DraftTarget, type Failure, knownTarget, resolveTarget } from './targets.ts'

/** What a run works on, before anything is asked of AWS, Poetry or a keyring. */
export interface Request {
  readonly project: Project
  readonly drafts: readonly Draft[]
  readonly chooser: Chooser
  readonly state: State
  readonly force: boolean
  readonly dryRun: boolean
  readonly unattended: boolean
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

const noNames = { urls: new Map(), usernames: new Map(), passwords: new Set<string>() } as const

/** Whether Poetry's Python is needed, as far as the state can tell; it is started beside the AWS calls, not after them. */
function expectHandover({ drafts, state, project }: Request, actual: Unplanned): boolean {
  const known = drafts.map((draft) => knownTarget(draft, state))
  if (!known.every((target) => target !== undefined)) return true
  return assignServices(known, state, project.folder).some((target) =>
    needsHandover(target, { ...actual, names: noNames }),
  )
}

interface Resolved {
  readonly targets: readonly DraftTarget[]
  readonly failures: readonly Failure[]
}

async function resolve(context: Context, { drafts, state, force }: Request): Promise<Resolved> {
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
function declarationWarnings({ project }: Request, targets: readonly DraftTarget[]): string[] {
  return targets.flatMap(({ source, url }) => {
    const finding = checkDeclaration(source, url, project.file)
    if (finding instanceof CaSyncError) throw finding
    return finding === undefined ? [] : [finding.message]
  })
}

function checkNames(
  context: Context,
  { project, state }: Request,
  targets: readonly Target[],
  settings: PoetrySettings,
): void {
  checkIdentities(targets)
  const wanted = new Set(targets.map(({ name }) => name))
  const claims = recordedClaims(state, project.folder).filter(({ name }) => wanted.has(name))
  checkClaims(targets, claims.filter(context.stillClaims))
  checkUrls(targets, settings.names.urls, state)
}

/** A token that Poetry will never look up is not asked for. @throws CaSyncError KEYRING_DISABLED */
function refuseDisabledKeyring(targets: readonly Target[], settings: PoetrySettings): void {
  const disabled = targets.flatMap((target) => settings.shadows(target)).find(({ kind }) => kind === 'keyring-disabled')
  if (disabled !== undefined) throw new CaSyncError('KEYRING_DISABLED', disabled.message, disabled.hint)
}

/** Reads all that a plan needs. The session is open while Poetry's Python waits for its entries; the caller closes it. */
export async function gather(context: Context, request: Request): Promise<Gathered> {
  const { project, state, dryRun, unattended } = request
  const recorded = state.projects[project.folder]?.poetry
  context.progress('Asking AWS and Poetry…')
  const resolving = resolve(context, request)
  resolving.catch(() => undefined)
  const program = await context.poetry.find(project.folder, recorded)
  const reader = context.readerOf(program)
  const actual: Unplanned = {
    state,
    reader,
    credentials: context.credentials,
    now: context.host.now(),
    force: request.force,
  }
  const session =
    !dryRun && expectHandover(request, actual)
      ? context.poetry.open(program.python, project.folder, unattended)
      : undefined
  try {
    const probing = session?.probe()
    probing?.catch(() => undefined)
    const { targets: drafts, failures } = await resolving
    const warnings = declarationWarnings(request, drafts)
    const probe = await probing
    const configDir = probe?.configDir ?? recorded?.configDir ?? context.poetry.configDir()
    const settings = await context.poetry.settings(configDir, project.folder)
    const targets = assignServices(drafts, state, project.folder)
    checkNames(context, request, targets, settings)
    refuseDisabledKeyring(targets, settings)
    const planned = plan(targets, { ...actual, names: settings.names })
    return { planned, failures, program, reader, configDir, settings, session, warnings }
  } catch (error) {
    session?.close()
    throw error
  }
}
