import type { ProjectRecord } from '../../core/memory/state.ts'
import { type Actual, givesToken, type PlannedSource, plan } from '../../core/plan/plan.ts'
import { assignServices, storeRules } from '../../core/plan/stores.ts'
import type { DraftTarget, Target } from '../../core/plan/target.ts'
import type { PoetrySettings } from '../../core/ports/poetry-files.ts'
import type { PoetryProgram } from '../../core/ports/poetry-python.ts'
import type { UnfitSource } from '../../core/ports/project.ts'
import { poetryRefusal } from '../../core/project/refusal.ts'
import { keyringOff } from '../../core/verdict/shadow.ts'
import { CaSyncError, caught, EXIT } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { actualOf, readersOf } from '../../survey/actual.ts'
import { keeperOf } from '../../survey/keepers/keepers.ts'
import { rivalIn } from '../../survey/poetry.ts'
import { placeOf, rememberedDir } from '../../survey/survey.ts'
import { knownTarget, resolve } from '../../survey/targets.ts'
import { tokenNeeds } from '../../survey/tokens.ts'
import { isStray, type Naming, partStuck, placeNames, sift } from '../../survey/verdict.ts'
import type { Request } from './request.ts'

type Parts = Run &
  Pick<Machine, 'projects' | 'finder' | 'keyring' | 'poetryFiles' | 'aws' | 'stamps' | 'vault' | 'unlockedVault'>

export type Gathered = Awaited<ReturnType<typeof gather>>

/** What will be done, as far as the state can tell: what is slow to start is started at once. undefined where AWS is to be asked before. */
function expect({ drafts, state, project, keeping }: Request, actual: Actual): PlannedSource[] | undefined {
  if (storeRules[keeping.store].reads === 'file') return [] // which is not read yet
  const known = drafts.map((draft) => knownTarget(draft, state))
  if (!known.every((target) => target !== undefined)) return undefined
  return plan(assignServices(known, state, project.folder, keeping), actual)
}

/** A token that Poetry will never look up is not asked for. @throws CaSyncError KEYRING_DISABLED */
function refuseDisabledKeyring(targets: readonly Target[], settings: PoetrySettings): void {
  const off = keyringOff(targets.flatMap((target) => settings.shadows(target)))
  if (off !== undefined) throw off
}

/** Takes out of auth.toml what ca-sync put there, once Poetry would send it to another host than it is for. */
async function takeBack(
  { poetryFiles, warn }: Pick<Parts, 'poetryFiles' | 'warn'>,
  naming: Naming & Pick<Request, 'dryRun'>,
  configDir: string,
  refused: readonly UnfitSource[],
): Promise<void> {
  const plaintext = refused.flatMap(({ source: { name }, error }) => (isStray(naming, name, error) ? [name] : []))
  if (plaintext.length === 0 || naming.settings.names.isAuthFrozen) return
  const { dryRun, project } = naming
  const done = dryRun ? 'would be' : 'was'
  if (!dryRun) await poetryFiles.change(configDir, project.folder, { plaintext, usernames: [], urls: {} })
  warn(`The token of ${plaintext.join(', ')} ${done} taken out of ${poetryFiles.authFile(configDir)}.`)
}

/** @throws CaSyncError PLUGIN_CLASH */
function refuseRivals(machine: Parts, program: PoetryProgram, known: readonly DraftTarget[], isKeyringAsked: boolean) {
  const urls = known.map(({ url }) => url)
  const rival = rivalIn(machine, program, urls, isKeyringAsked)
  if (rival !== undefined) throw rival
}

function whatIs(machine: Parts, { state, record, force, all }: Request, reader: string): Actual {
  const auth = record && machine.poetryFiles.authFile(record.poetry.configDir)
  const authTouched = auth !== undefined && machine.stamps([auth])[auth] !== record?.inputs[auth]
  return actualOf(machine, state, { reader, force, authTouched, yields: all && !force })
}

/** Without a keyring it does not matter which Python Poetry runs on, nor whether there is one yet. */
async function findProgram(machine: Parts, { project, record, all, keeping }: Request): Promise<PoetryProgram> {
  try {
    return await machine.finder.find(project.folder, record?.poetry, all ? 'recorded' : 'path')
  } catch (error) {
    if (storeRules[keeping.store].reads === 'keyring' || !(error instanceof CaSyncError)) throw error
    return record?.poetry ?? { poetry: '', python: '' }
  }
}

/** Poetry's version when its Python was asked last, for any project: of records that differ, the latest run's. */
const recordedVersion = ({ state }: Request, { python }: PoetryProgram): string | undefined =>
  Object.values(state.projects)
    .filter(({ poetry }) => poetry.python === python && poetry.version)
    .reduce<ProjectRecord | undefined>((a, b) => ((a?.ranAt ?? '') > (b.ranAt ?? '') ? a : b), undefined)?.poetry
    .version

/** Starts at once what is slow to start and most likely needed. `opening`: that tokens can be kept, as far as it can be known before AWS is asked. */
function setOff(machine: Parts, request: Request, program: PoetryProgram, actual: Actual, isUnknown: boolean) {
  const { project, drafts, dryRun, unattended, keeping } = request
  const recorded = recordedVersion(request, program)
  const isAsked = recorded === undefined && drafts.some(({ source }) => source.name.includes('.'))
  const expected = dryRun ? [] : expect(request, actual)
  const isExpected = expected?.some(givesToken) ?? true
  const isKeyring = isExpected && storeRules[keeping.store].reads === 'keyring'
  const isNeeded = isKeyring || (!dryRun && (isUnknown || isAsked))
  const session = isNeeded ? machine.keyring.open(program, [project.folder], unattended) : undefined
  const probing = session?.probe()
  const needs = tokenNeeds(expected ?? [])
  const isSoon = needs.some(({ renew }) => !renew)
  const opening = Promise.all([probing, isExpected && keeperOf(machine, keeping.store).begin(isSoon)])
  opening.catch(() => undefined)
  machine.aws.hold(opening)
  for (const { targets, renew } of needs) if (renew) machine.aws.prepare(targets[0], targets[0].identity)
  return { recorded, session, probing, opening }
}

/** Reads all that a plan needs. The session is open while Poetry's Python waits for its entries; the caller closes it. */
export async function gather(machine: Parts, request: Request) {
  const { project, state, record, all, keeping } = request
  machine.progress('Asking AWS and Poetry…')
  const program = await findProgram(machine, request)
  const readers = await readersOf(machine, program, request.anyShell)
  const actual = whatIs(machine, request, readers[0])
  const remembered = rememberedDir(machine, state, project.folder)
  const isKeyringAsked = storeRules[keeping.store].reads === 'keyring'
  const isUnknown = isKeyringAsked && remembered === undefined
  const { recorded, session, probing, opening } = setOff(machine, request, program, actual, isUnknown)
  try {
    const { targets: known, failures } = await resolve(machine, request)
    refuseRivals(machine, program, known, isKeyringAsked)
    // Who cannot keep a token is told so before anybody logs in for one. With no source left else, nobody is asked to unlock a keyring for nothing.
    if (failures.some(({ error }) => error.code === 'AWS_SSO_EXPIRED' || error.exitCode === EXIT.keyring)) await opening
    const recordedDir = all ? record?.poetry.configDir : undefined
    const usualDir = recordedDir ?? remembered ?? machine.poetryFiles.configDir()
    const settingsIn = (dir: string, version?: string) => machine.poetryFiles.settings(dir, project.folder, version)
    // While Poetry's Python starts. What is as it was then is not read again.
    if (probing !== undefined) await caught(() => settingsIn(usualDir, recorded))
    const probe = known.length > 0 ? await probing : undefined
    // A record may be of before an upgrade.
    const installed = program.python === '' ? undefined : machine.finder.site(program).packages.get('poetry')
    const version = probe?.poetryVersion ?? installed ?? recorded
    const configDir = recordedDir ?? probe?.configDir ?? usualDir
    const settings = await settingsIn(configDir, version)
    const refusal = poetryRefusal(project, version)
    const naming = { ...request, settings, version, refusal }
    const { served, refused } = sift(machine, naming, known)
    await takeBack(machine, naming, configDir, refused)
    if (served.length === 0 && refused[0] !== undefined) throw refused[0].error
    const tokenPlace = placeOf(machine, keeping, configDir)
    const targets = assignServices(served, state, project.folder, tokenPlace)
    refuseDisabledKeyring(targets, settings)
    const place = (some: readonly Target[]) => placeNames(machine, naming, some)
    const now = { ...actual, names: settings.names }
    const { free, stuck } = partStuck(place(targets), now, request.where)
    if (free.length === 0 && stuck[0] !== undefined) throw stuck[0].error
    const unstuck = free.map(({ target }) => target)
    const planned = plan(unstuck, now)
    const others = refused.map(({ target }) => target)
    return {
      planned,
      failures: [...failures, ...refused, ...stuck],
      /** Those that are known in full, served or not. */
      placed: [...free, ...stuck, ...place(assignServices(others, state, project.folder, tokenPlace))],
      program,
      readers,
      configDir,
      version,
      settings,
      refusal,
      session,
      backend: probe?.backend,
    }
  } catch (error) {
    session?.close()
    throw error
  }
}
