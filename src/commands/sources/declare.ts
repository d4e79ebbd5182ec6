import { cooldownText } from '../../core/doctor/cooldown.ts'
import type { ProjectPlace } from '../../core/ports/project.ts'
import { poetryTable } from '../../core/project/declarations.ts'
import { confusion, lockCommand, priorityKeys, safeWords, usualPriority } from '../../core/project/priority.ts'
import type { Settings } from '../../core/project/settings.ts'
import { constructedUrl, simpleUrl } from '../../core/repository/endpoint.ts'
import type { Source } from '../../core/repository/source.ts'
import { about, CaSyncError, type ErrorCode, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { readFlags } from '../../survey/flags.ts'
import { type FoundPoetry, openPoetry } from '../../survey/open-poetry.ts'
import { resolve } from '../../survey/resolve.ts'
import { rivalIn } from '../../survey/rivals.ts'
import { chooserOf, draft, type FailedSource, selectSources } from '../../survey/targets.ts'
import type { DeclareArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { extend, extending, nothingAdded } from './extend.ts'

type Parts = Run & Pick<Machine, 'projects' | 'finder' | 'keyring' | 'cooldowns' | 'aws' | 'store' | 'userConfig'>

/** Adds the `[[tool.poetry.source]]` entries without which Poetry cannot install from a source. */
export async function sourcesDeclare(machine: Machine, args: DeclareArguments): Promise<ExitCode> {
  const place = machine.projects.find(args.project)
  return extending(machine, args, async () => {
    const project = machine.projects.read(place)
    const chosen = selectSources(project, args.source)
    for (const warning of project.warnings) machine.warn(warning)
    const missing = chosen.filter(({ declaration }) => declaration === undefined)
    if (missing.length > 0) await declare(machine, args, place, missing)
    else tellDone(machine, args, nothingAdded(place), nothingToDeclare(chosen, place))
    return EXIT.ok
  })
}

const nameList = (sources: readonly Source[]): string => sources.map(({ name }) => name).join(', ')

const nothingToDeclare = (sources: readonly Source[], { file }: ProjectPlace): string =>
  `Nothing to declare: ${printable(file)} has a [[tool.poetry.source]] for ${nameList(sources)}.\n`

async function declare(
  machine: Parts,
  args: DeclareArguments,
  place: ProjectPlace,
  missing: readonly Source[],
): Promise<void> {
  machine.progress('Asking AWS and Poetry…')
  const [urls, found] = await Promise.all([
    urlsOf(machine, place, missing, readFlags(args)),
    poetryHere(machine, place),
  ])
  const rival = found && rivalIn(machine, found.program, urls, { isKeyringAsked: false })
  if (rival !== undefined) throw rival
  const version = found?.installation.poetryVersion
  const priority = args.priority ?? usualPriority(version)
  const keys = priorityKeys(priority, version)
  const entries = missing.map(({ name }, index) => ({ name, url: simpleUrl(urls[index] ?? ''), ...keys }))
  const stale = machine.projects.hasLock(place.folder)
  const done = `Declared ${nameList(missing)} in ${printable(place.file)}, as ${priority}.\n${stale ? lockText(version) : ''}`
  await extend(machine, args, place, [{ array: poetryTable, entries }], done)
  for (const cooldown of await machine.cooldowns(place.folder)) {
    const text = cooldownText(cooldown, missing)
    if (text !== undefined) machine.warn(`${text.message} Way out: ${text.fix}`)
  }
  const risk = confusion(priority, version)
  if (risk !== undefined) machine.warn(`${risk.danger} Safe is --priority ${safeWords(risk.safe)}.`)
}

/** Poetry's check of its lock file covers the sources. */
const lockText = (version: string | undefined): string =>
  `poetry.lock no longer matches pyproject.toml; type: ${lockCommand(version)}\n`

/** The Poetry that says what it is; undefined where there is none. */
async function poetryHere(machine: Parts, { folder }: ProjectPlace): Promise<FoundPoetry | undefined> {
  const { poetry, session } = await openPoetry(machine, folder, machine.store.read().projects[folder])
  session?.close()
  return poetry instanceof CaSyncError ? undefined : poetry
}

/** The repositories' URLs, in the order of the sources. Throws CaSyncError AWS_*. */
async function urlsOf(
  machine: Parts,
  { folder }: ProjectPlace,
  missing: readonly Source[],
  flags: Settings,
): Promise<string[]> {
  const state = machine.store.read()
  const drafts = draft(missing, state.projects[folder], chooserOf(machine, await machine.userConfig(), flags))
  const { targets, failures } = await resolve(machine, { drafts, state, force: false })
  return missing.map((source) => {
    const url = targets.find((target) => target.source === source)?.url
    return url ?? unasked(machine, source, failures)
  })
}

/** AWS's word that there is no such repository is not passed by. */
const tellingCodes: readonly ErrorCode[] = ['AWS_DOMAIN_UNKNOWN', 'AWS_REPOSITORY_UNKNOWN', 'AWS_REQUEST_INVALID']

/** The URL by AWS's rule for hosts, where AWS could not be asked. Throws the failure where that rule cannot serve. */
function unasked(machine: Pick<Machine, 'apiStamp'>, source: Source, failures: readonly FailedSource[]): string {
  const { owner } = source
  const error = failures.find((one) => one.source === source)?.error
  if (owner === undefined || machine.apiStamp !== '' || (error && tellingCodes.includes(error.code)))
    throw about(source.name, error)
  return constructedUrl({ ...source, owner })
}
