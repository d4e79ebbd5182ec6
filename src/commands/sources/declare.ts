import { cooldownText } from '../../core/doctor/cooldown.ts'
import type { Project } from '../../core/ports/project.ts'
import { poetryTable } from '../../core/project/declarations.ts'
import { confusion, lockCommand, priorityKeys, safeWords, usualPriority } from '../../core/project/priority.ts'
import { readFlags, type Settings } from '../../core/project/settings.ts'
import { constructedUrl, simpleUrl } from '../../core/repository/endpoint.ts'
import type { Source } from '../../core/repository/source.ts'
import { about, CaSyncError, type ErrorCode, EXIT, type ExitCode, hinting } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { type FoundPoetry, openPoetry, rivalIn } from '../../survey/poetry.ts'
import { type Survey, surveyOf } from '../../survey/survey.ts'
import { chooserOf, draft, resolve } from '../../survey/targets.ts'
import type { AddArguments, DeclareArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { type Addition, addition } from './add.ts'
import { extend, extending, named, nothingAdded } from './extend.ts'

type Parts = Run & Pick<Machine, 'projects' | 'finder' | 'keyring' | 'cooldowns' | 'aws' | 'store' | 'userConfig'>

/** Adds the `[[tool.poetry.source]]` entries without which Poetry cannot install from a source. */
export const sourcesDeclare = (machine: Machine, args: DeclareArguments): Promise<ExitCode> =>
  addAndDeclare(machine, args, undefined)

/** The same, for a source that is not in pyproject.toml yet, too. @param wanted - that; undefined for none */
export async function addAndDeclare(machine: Machine, args: DeclareArguments, wanted: NewSource | undefined) {
  const place = machine.projects.find(args.project)
  return extending(machine, args, async () => {
    const project = wanted && machine.projects.readAny(place)
    const added = project && addition(project, wanted.source, wanted)
    const seen =
      project && added?.changes.length ? withNew(machine, project, added) : surveyOf(machine, { ...args, place })
    for (const warning of seen.project.warnings) machine.warn(warning)
    const missing = seen.sources.filter(({ declaration }) => declaration === undefined)
    if (missing.length > 0) await declare(machine, args, { ...seen, sources: missing }, added)
    else tellDone(machine, args, nothingAdded(place), `${added?.text ?? ''}${nothingToDeclare(seen)}`)
    return EXIT.ok
  })
}

const nameList = (sources: readonly Source[]): string => sources.map(({ name }) => name).join(', ')

const nothingToDeclare = ({ sources, project: { file } }: Lacking): string =>
  `Nothing to declare: ${printable(file)} has a [[tool.poetry.source]] for ${nameList(sources)}.\n`

interface NewSource extends Pick<AddArguments, 'replace'> {
  readonly source: Source
}

/** A project as if it had a new source. */
function withNew({ store }: Parts, project: Project, { source }: Addition) {
  const state = store.read()
  const others = project.sources.filter(({ name }) => !named(source.name)({ name }))
  return { project, sources: [...others, source], state, record: state.projects[project.folder] }
}

type Lacking = Pick<Survey, 'project' | 'sources' | 'state' | 'record'>

async function declare(machine: Parts, args: DeclareArguments, lacking: Lacking, added?: Addition): Promise<void> {
  const { project: place, sources: missing } = lacking
  machine.progress('Asking AWS and Poetry…')
  const [urls, found] = await Promise.all([
    urlsOf(machine, lacking, readFlags(args), added?.source),
    poetryHere(machine, lacking),
  ])
  const rival = found && rivalIn(machine, found.program, urls)
  if (rival !== undefined) throw rival
  const version = found?.installation.poetryVersion
  const priority = args.priority ?? usualPriority(version)
  const keys = priorityKeys(priority, version)
  const entries = missing.map(({ name }, index) => ({ name, url: simpleUrl(urls[index] ?? ''), ...keys }))
  const stale = machine.projects.hasLock(place.folder)
  const done = `${added?.text ?? ''}Declared ${nameList(missing)} in ${printable(place.file)}, as ${priority}.\n${stale ? lockText(version) : ''}`
  await extend(machine, args, place, [...(added?.changes ?? []), { array: poetryTable, entries }], done)
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
async function poetryHere(machine: Parts, { project, record }: Lacking): Promise<FoundPoetry | undefined> {
  const { poetry, session } = await openPoetry(machine, project.folder, record)
  session?.close()
  return poetry instanceof CaSyncError ? undefined : poetry
}

/** The repositories' URLs, in the order of the sources. Throws CaSyncError AWS_*. @param wanted - one that AWS has to know */
async function urlsOf(machine: Parts, lacking: Lacking, flags: Settings, wanted?: Source): Promise<string[]> {
  const { sources, state, record, project } = lacking
  const drafts = draft(sources, record, await chooserOf(machine, flags))
  const { targets, failures } = await resolve(machine, { drafts, state, project })
  const target = targets.find(({ source }) => source === wanted)
  // Who may not ask for a repository may for a token, whose domain is known then.
  if (target && (await machine.aws.endpoint(target, target.identity)) === undefined)
    machine.secrets.add((await machine.aws.token(target, target.identity, target.durationSeconds)).secret)
  return sources.map((source) => {
    const url = targets.find((target) => target.source === source)?.url
    const error = failures.find((one) => one.source === source)?.error
    if (source === wanted && error) throw about(source.name, withoutFile(error))
    return url ?? unasked(machine, source, error)
  })
}

/** What AWS does not know is in no file yet. */
const withoutFile = (error: CaSyncError): CaSyncError =>
  hinting(error, error.hint.replace(/ in [^\n]*pyproject\.toml(?:, line \d+)?/, ''))

/** AWS's word that there is no such repository is not passed by. */
const tellingCodes: readonly ErrorCode[] = ['AWS_DOMAIN_UNKNOWN', 'AWS_REPOSITORY_UNKNOWN', 'AWS_REQUEST_INVALID']

/** The URL by AWS's rule for hosts, where AWS could not be asked. Throws the failure where that rule cannot serve. */
function unasked(machine: Pick<Machine, 'apiStamp'>, source: Source, error: CaSyncError | undefined): string {
  const { owner } = source
  if (owner === undefined || machine.apiStamp !== '' || (error && tellingCodes.includes(error.code)))
    throw about(source.name, error)
  return constructedUrl({ ...source, owner })
}
