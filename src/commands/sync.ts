import type { Context } from '../context.ts'
import { parseDuration, parseRefreshBefore } from '../core/duration.ts'
import { CaSyncError, type ExitCode } from '../core/errors.ts'
import type { Project, Shadow } from '../core/ports.ts'
import { environmentBase, parseRoleArn, type Settings } from '../core/settings.ts'
import type { Source } from '../core/source.ts'
import { type Applied, apply } from './apply.ts'
import { type Gathered, gather, type Request } from './gather.ts'
import { remember } from './remember.ts'
import { blank, exitCodeOf, fromTarget, type Report, type SourceReport } from './report.ts'
import { printPlan, printSync, undeclaredWarning } from './sync-text.ts'
import { draft } from './targets.ts'

/** The options of `sync`, as the command line has them. */
export interface SyncArguments {
  readonly project?: string | undefined
  readonly source?: readonly string[] | undefined
  readonly profile?: string | undefined
  readonly roleArn?: string | undefined
  readonly duration?: string | undefined
  readonly refreshBefore?: string | undefined
  readonly force: boolean
  readonly dryRun: boolean
  readonly unattended: boolean
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

/** @throws CaSyncError USAGE */
function readFlags(args: SyncArguments): Settings {
  const { profile, roleArn, duration, refreshBefore } = args
  if (profile === '') throw new CaSyncError('USAGE', '--profile needs a name.', 'Type: aws configure list-profiles')
  return {
    ...(profile !== undefined && { profile }),
    ...(roleArn !== undefined && { roleArn: parseRoleArn(roleArn, '--role-arn') }),
    ...(duration !== undefined && { durationSeconds: parseDuration(duration, '--duration') }),
    ...(refreshBefore !== undefined && { refreshBefore: parseRefreshBefore(refreshBefore, '--refresh-before') }),
  }
}

/** @throws CaSyncError SOURCE_UNKNOWN */
export function selectSources({ sources, file }: Project, names: readonly string[] | undefined): readonly Source[] {
  if (names === undefined) return sources
  const unknown = names.find((name) => !sources.some((source) => source.name === name))
  if (unknown === undefined) return sources.filter(({ name }) => names.includes(name))
  const known = sources.map(({ name }) => name).join(', ')
  throw new CaSyncError(
    'SOURCE_UNKNOWN',
    `There is no CodeArtifact source ${JSON.stringify(unknown)} in ${file}.`,
    `It has: ${known}.`,
  )
}

/** The job: read → plan → apply → report. */
export async function sync(context: Context, args: SyncArguments): Promise<ExitCode> {
  const flags = readFlags(args)
  const found = context.findProject(args.project)
  const before = context.stamps([
    found.file,
    context.userConfigFile,
    ...context.poetry.files(recordedConfigDir(context, found.folder), found.folder),
  ])
  const project = context.readProject(found)
  const sources = selectSources(project, args.source)
  const config = await context.userConfig()
  const release = args.dryRun ? () => undefined : await context.lock()
  try {
    const state = context.store.read()
    const { credentials, host } = context
    const chooser = { flags, config, credentials, environment: environmentBase(host.env) }
    const drafts = draft(sources, state.projects[project.folder], chooser)
    const request: Request = {
      project,
      drafts,
      chooser,
      state,
      force: args.force,
      dryRun: args.dryRun,
      unattended: args.unattended,
    }
    const gathered = await gather(context, request)
    if (args.dryRun) return printPlan(context, args, planReport(request, gathered))
    const applied = await apply(context, request, gathered)
    const settings = await context.poetry.settings(gathered.configDir, project.folder)
    const report = syncReport(request, { ...gathered, settings }, applied)
    const ready = report.sources.every((source) => source.ready)
    const outcome = { applied, settings, ready, before }
    await context.store.write(remember(context, request, gathered, outcome))
    printSync(context, args, report)
    return exitCodeOf(report)
  } finally {
    release()
  }
}

function recordedConfigDir({ store, poetry }: Context, folder: string): string {
  return store.read().projects[folder]?.poetry.configDir ?? poetry.configDir()
}

/** Rows in the order of pyproject.toml. */
function rows(
  { drafts }: Request,
  { failures }: Gathered,
  row: (source: Source) => SourceReport | undefined,
): SourceReport[] {
  return drafts.map(({ source }) => {
    const failure = failures.find((one) => one.source === source)
    return row(source) ?? { ...blank(source), error: failure?.error ?? null }
  })
}

function planReport(request: Request, gathered: Gathered): Report {
  const sources = rows(request, gathered, (source) => {
    const planned = gathered.planned.find(({ target }) => target.source === source)
    if (planned === undefined) return undefined
    const expiresAt = request.state.tokens[planned.target.token]?.expiresAt ?? null
    return { ...fromTarget(planned.target), expiresAt, steps: planned.steps, ready: planned.steps.length === 0 }
  })
  return { sources, warnings: [...request.project.warnings, ...gathered.warnings] }
}

const isUndeclared = ({ project }: Request, name: string): boolean =>
  project.sources.find((source) => source.name === name)?.declaration === undefined

/** A variable shadows in this shell only; what stands in a file does so for good. */
const isPassing = ({ where }: Shadow): boolean => where.startsWith('POETRY_')

function syncReport(request: Request, gathered: Gathered, { state, failed, done }: Applied): Report {
  const passing: string[] = []
  const sources = rows(request, gathered, (source) => {
    const target = gathered.planned.find((one) => one.target.source === source)?.target
    if (target === undefined) return undefined
    const shadows = gathered.settings.shadows(target)
    passing.push(...shadows.filter(isPassing).map(({ message, hint }) => `${message} ${hint}`))
    const lasting = shadows.find((one) => !isPassing(one))
    const error =
      failed.get(target.name) ??
      (lasting && new CaSyncError('CREDENTIALS_SHADOWED', lasting.message, lasting.hint)) ??
      null
    const expiresAt = state.tokens[target.token]?.expiresAt ?? null
    return { ...fromTarget(target), expiresAt, steps: done.get(target.name) ?? [], ready: error === null, error }
  })
  const undeclared = sources.filter(({ name, steps }) => steps.length > 0 && isUndeclared(request, name))
  return {
    sources,
    warnings: [...request.project.warnings, ...gathered.warnings, ...passing, ...undeclaredWarning(undeclared)],
  }
}
