import { dirname } from 'node:path'
import { writtenUrls } from '../core/memory/state.ts'
import { type Claim, currentClaim, otherIdentity, otherLogin, recordedClaims } from '../core/plan/conflicts.ts'
import { type Actual, isStuck } from '../core/plan/plan.ts'
import type { DraftTarget, Target } from '../core/plan/target.ts'
import type { PoetrySettings } from '../core/ports/poetry-files.ts'
import { checkDeclaration } from '../core/project/declarations.ts'
import { dottedName } from '../core/project/fields.ts'
import { hostOf } from '../core/repository/endpoint.ts'
import { type Source, sameDomain } from '../core/repository/source.ts'
import { dotted } from '../core/toml/key.ts'
import { type Lack, publishing } from '../core/verdict/publishing.ts'
import { shadowRules } from '../core/verdict/shadow.ts'
import { judge, type Verdict } from '../core/verdict/verdict.ts'
import { CaSyncError, type ErrorCode, hinting } from '../core/words/errors.ts'
import { quote, shellWord } from '../core/words/quote.ts'
import type { Machine } from '../machine.ts'
import type { Survey } from './survey.ts'

/** What is known of a project's names and of Poetry's files. */
export interface Naming extends Pick<Survey, 'project' | 'state' | 'record' | 'keeping' | 'anyShell'> {
  readonly settings: PoetrySettings
  readonly version: string | undefined
  /** What names the project in a command; empty for the current one. */
  readonly where: string
  /** Why Poetry does nothing at all in the project, which hits every source alike: looked for once a run. */
  readonly refusal: Lack | undefined
}

/** A target whose place in Poetry's files is known. */
export type Placed = ReturnType<typeof placeNames>[number]

type Reading = Pick<Machine, 'projects'>
type Files = Pick<Machine, 'poetryFiles'>

/** What other projects were synced with under the names, as long as they still have them, and what they mean by them now. */
const claimsTo = ({ projects }: Reading, { project, state }: Naming, targets: readonly DraftTarget[]) =>
  recordedClaims(state, project.folder, new Set(targets.map(({ name }) => name))).flatMap((synced) => {
    const now = currentClaim(synced, projects.reading(synced.project))
    return now === undefined ? [] : [{ synced, now }]
  })

/** Where `repositories.<name>` of each target goes, by what is Poetry's already and what is other projects'. */
export function placeNames(machine: Reading, naming: Naming, targets: readonly Target[]) {
  const { state, settings, keeping, where } = naming
  const claimed = claimsTo(machine, naming, targets)
  const claims = claimed.flatMap(({ now }) => (now.isLocal ? [] : [now]))
  const { names, homes } = settings
  return targets.map((target) => {
    const { obstacle, ...home } = publishing(target, { names, homes, state, claims, isLocal: keeping.local, where })
    return { target: { ...target, ...home }, obstacle }
  })
}

/** In plain text Poetry finds a token by its name alone, and sends it wherever that leads: in other projects, too. */
function leakOf(machine: Reading, naming: Naming, target: DraftTarget): CaSyncError | undefined {
  const { keeping, settings, state, where } = naming
  if (keeping.store !== 'plaintext') return undefined
  const { name, url } = target
  const own = writtenUrls(state, name)
  const line = settings.repositories.find(
    (one) => one.name.toLowerCase() === name.toLowerCase() && hostOf(one.url) !== hostOf(url) && !own.includes(one.url),
  )
  const claim = claimsTo(machine, naming, [target]).find(
    ({ synced, now }) => !sameDomain(synced.repository, target) || !sameDomain(now.repository, target),
  )?.now
  const rival =
    (line && { ...line, way: `Remove [repositories.${line.name}] from ${line.where}` }) ??
    (claim && { ...claim, where: claim.project, way: otherName(claim) })
  if (rival === undefined) return undefined
  const what = `${rival.where} has ${name} at ${quote(hostOf(rival.url) || rival.url, 253)}, where Poetry would send a token that is in plain text.`
  return new CaSyncError('CREDENTIALS_SHADOWED', what, {
    hint: `${rival.way}, or type: ca-sync${where} --store keyring`,
  })
}

const otherName = ({ isAway, project }: Claim): string =>
  isAway ? `If it is gone for good, type: ca-sync logout -C ${shellWord(project)}` : 'Give this source another name'

/** Why a source cannot be served: its token is for another host than Poetry would send it to, say. */
export function refusalOf(machine: Reading, naming: Naming, target: DraftTarget, targets: readonly DraftTarget[]) {
  const { project, record, version } = naming
  const dotted = dottedName(target.name, version, project.file)
  if (dotted !== undefined) return dotted
  const stray = leakOf(machine, naming, target)
  if (stray !== undefined) return stray
  const elsewhere = checkDeclaration(target.source, target.url, project.file)
  if (elsewhere instanceof CaSyncError) return elsewhere
  const others = record?.sources.filter(({ name }) => !targets.some((one) => one.name === name)) ?? []
  return otherIdentity(target, [...targets, ...others])
}

/** Those whose token gets to where Poetry looks for it, and the others. */
export function partStuck(placed: readonly Placed[], actual: Actual, where: string) {
  const judged = placed.map((one) => ({ ...one, error: stuckError(one.target, actual, where) }))
  return {
    free: judged.filter(({ error }) => error === undefined),
    stuck: judged.flatMap(({ error, ...one }) => (error ? [{ ...one, source: one.target.source, error }] : [])),
  }
}

/** Why a source in plain text cannot be served: its token does not get to where Poetry looks for it. */
export function stuckError(target: Target, actual: Actual, where: string): CaSyncError | undefined {
  if (!isStuck(target, actual)) return undefined
  const what = `${target.file}, or its folder, is read-only and left alone: the token cannot be written there.`
  return new CaSyncError('FILE_UNWRITABLE', what, {
    hint: `Make it writable (chmod u+w), or type: ca-sync${where} --store keyring`,
  })
}

const strayCodes: ReadonlySet<ErrorCode> = new Set(['CREDENTIALS_SHADOWED', 'SOURCE_HOST_MISMATCH'])

/** Poetry would send a token of ours, out of auth.toml, to another host than it is for. */
export const isStray = ({ settings, state }: Naming, name: string, { code }: CaSyncError): boolean =>
  strayCodes.has(code) &&
  Object.values(state.tokens).some(({ stamp }) => stamp !== undefined && stamp === settings.names.passwords.get(name))

/** Where it is: the file, and the table there that has its password. */
export const strayPlace = ({ poetryFiles }: Files, { settings }: Naming, name: string) => ({
  file: poetryFiles.authFile(dirname(settings.homes.config.path)),
  table: `[${dotted(['http-basic', name])}]`,
})

/** The same error; where that token cannot be taken out, what a person has to. */
function withStray(machine: Files, naming: Naming, name: string, error: CaSyncError) {
  if (!naming.settings.names.isAuthFrozen || !isStray(naming, name, error)) return error
  const { file, table } = strayPlace(machine, naming, name)
  const hint = `${error.hint}\nIts token is still in ${file}, which is read-only: delete password from ${table} there.`
  return hinting(error, hint)
}

export function sift<T extends DraftTarget>(machine: Reading & Files, naming: Naming, targets: readonly T[]) {
  const { usernames } = naming.settings.names
  const errorOf = (target: T) => {
    const error = refusalOf(machine, naming, target, targets) ?? otherLogin(target.name, usernames)
    return error && withStray(machine, naming, target.name, error)
  }
  const judged = targets.map((target) => ({ target, error: errorOf(target) }))
  const served = judged.flatMap(({ target, error }) => (error === undefined ? [target] : []))
  const refused = judged.flatMap(({ target, error }) =>
    error === undefined ? [] : [{ target, source: target.source, error }],
  )
  return { served, refused }
}

/** The verdicts on a project's sources, those that cannot be served last. @param placed - those that are known in full */
export function verdictsOf(
  naming: Naming & Pick<Survey, 'unfit'>,
  sources: readonly Source[],
  placed: readonly Placed[],
  failureOf: (source: Source, target?: Target) => CaSyncError | null,
) {
  const all = [...sources.map((source) => ({ source, error: undefined })), ...naming.unfit]
  return all.map(({ source, error }) => {
    const found = placed.find(({ target }) => target.source === source)
    const failure = error ?? failureOf(source, found?.target)
    return { source, target: found?.target, verdict: verdictOf(naming, source, failure, found) }
  })
}

/** The verdict on a source; without `placed`, on one that is not known in full. */
export function verdictOf(
  { project, settings, where, anyShell, refusal }: Naming,
  source: Source,
  failure: CaSyncError | null,
  placed?: Placed,
): Verdict {
  const { target, obstacle } = placed ?? {}
  const shadows = target === undefined ? [] : settings.shadows(target)
  return judge({
    source,
    file: project.file,
    url: target?.url,
    failure,
    shadows: anyShell ? shadows.filter(({ kind }) => !shadowRules[kind].isMissing) : shadows,
    refusal,
    publishUrl: settings.publishUrl(source.name),
    obstacle,
    where,
  })
}
