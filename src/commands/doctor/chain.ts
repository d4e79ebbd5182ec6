import { awsChecks, originChecks } from '../../core/doctor/aws.ts'
import { type Check, type Diagnosed, fault, faultOf, ok, warning } from '../../core/doctor/check.ts'
import { cooldownChecks } from '../../core/doctor/cooldown.ts'
import { answerCheck, entryChecks, leftoverCheck } from '../../core/doctor/entries.ts'
import { normalName, packageChecks, removal, versionCheck } from '../../core/doctor/packages.ts'
import { tokenCheck } from '../../core/doctor/rotation.ts'
import { declarationChecks, fileChecks, priorityChecks, shadowChecks } from '../../core/doctor/settings.ts'
import { isLive } from '../../core/memory/freshness.ts'
import { writtenUrls } from '../../core/memory/state.ts'
import { storeRules } from '../../core/plan/stores.ts'
import type { Target } from '../../core/plan/target.ts'
import type { PoetrySettings, Shadow } from '../../core/ports/poetry-files.ts'
import { hostOf } from '../../core/repository/endpoint.ts'
import type { Source } from '../../core/repository/source.ts'
import { netrcShadows } from '../../core/verdict/netrc.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import { unset } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { readLeftovers } from '../../poetry/files/index-tools.ts'
import { readNetrc } from '../../poetry/files/other-tools.ts'
import { isStray, type Naming, type Placed, placeNames, refusalOf, strayPlace } from '../../survey/verdict.ts'
import { type Facts, isCodeArtifact, nothingSeen, versionOf } from './facts.ts'
import { namingOf } from './verdicts.ts'

type Parts = Pick<Machine, 'host' | 'projects' | 'finder' | 'poetryFiles'>

type Wording = Pick<Diagnosed, 'self' | 'isWindows'>

/** The chain as Poetry walks it: what all sources share, then each source. */
export async function chainChecks(machine: Parts, facts: Facts, manner: Wording): Promise<Check[]> {
  const perSource = facts.sources.flatMap((source) => sourceChecks(machine, facts, source, manner))
  const shared = [...poetryChecks(machine, facts, manner), ...(await leftoverChecks(machine, facts))]
  const cooled = cooldownChecks(facts.cooldowns, facts.sources, versionOf(facts.poetry))
  const problems = [...fileProblems(facts), ...keyringProblems(facts)]
  const aws = facts.callers.flatMap(({ identity, answer }) => awsChecks(identity, answer))
  const refused = refusedWhole(facts, perSource)
  return withoutRepeats([...shared, ...cooled, ...problems, ...aws, ...refused, ...perSource])
}

/** A priority is told with its source. */
function refusedWhole({ refusal }: Facts, told: readonly Check[]): Check[] {
  const isTold = told.some(({ check, status }) => check === 'priority' && status === 'fault')
  return refusal === undefined || isTold ? [] : [fault('pyproject', refusal.message, refusal.hint)]
}

/** What hits every source alike is said once. */
const withoutRepeats = (checks: readonly Check[]): Check[] => {
  const isFirst = (one: Check, at: number): boolean =>
    one.source !== null || checks.findIndex(({ check, fix }) => check === one.check && fix === one.fix) === at
  return checks.filter(isFirst)
}

function poetryChecks({ host, finder }: Parts, { poetry, keyring, targets }: Facts, { isWindows }: Wording): Check[] {
  /** A fault that comes of a variable goes with it. */
  const chosenBy = (variable: string, check: string, error: CaSyncError): Check =>
    host.env[variable] ? fault(check, error.message, unset(variable, isWindows)) : faultOf(check, error)
  if (poetry instanceof CaSyncError) return [chosenBy('CA_SYNC_POETRY', 'poetry', poetry)]
  const { program, installation } = poetry
  const hosts = targets.map(({ url }) => hostOf(url))
  const found = [versionCheck(program, installation), ...packageChecks(finder.site(program), hosts)]
  if (keyring === undefined) return found
  if (!(keyring instanceof CaSyncError)) return [...found, ok('keyring', keyring.backend)]
  const culprit = installation.plugins.find((name) => keyring.message.includes(`(of the package ${name})`))
  // Without another keyring its going would not help.
  if (culprit !== undefined && keyring.code !== 'KEYRING_DISABLED')
    return [...found, fault('keyring', keyring.message, removal(normalName(culprit), finder.site(program)))]
  const isChoice = ['KEYRING_DISABLED', 'KEYRING_FAILED'].includes(keyring.code)
  return [...found, isChoice ? chosenBy('PYTHON_KEYRING_BACKEND', 'keyring', keyring) : faultOf('keyring', keyring)]
}

async function leftoverChecks(machine: Pick<Machine, 'host'>, { poetry, targets }: Facts): Promise<Check[]> {
  const left = (await readLeftovers(machine.host, isCodeArtifact(targets))).map(leftoverCheck)
  if (poetry instanceof CaSyncError) return left
  const urls = targets.map(({ url }) => url)
  const shadows = netrcShadows(await readNetrc(machine.host), urls, poetry.installation.poetryVersion)
  return [...shadows.map(({ kind, message, hint }) => fault(kind, message, hint)), ...left]
}

const fileProblems = ({ settings }: Facts): Check[] =>
  settings instanceof CaSyncError ? [faultOf('poetry-files', settings)] : []

/** A vault that does not answer costs a new token now and then; a keyring that stops answering, Poetry's. */
function keyringProblems({ copies: { problem }, looked }: Facts): Check[] {
  const vault = problem === undefined ? [] : [warning('vault', problem.message, problem.hint)]
  return looked instanceof CaSyncError ? [...vault, faultOf('look-up', looked)] : vault
}

function sourceChecks(machine: Parts, facts: Facts, source: Source, manner: Wording): Check[] {
  const { poetry, project, targets } = facts
  const target = targets.find((one) => one.source === source)
  const at: Diagnosed = { ...manner, file: project.file, url: target?.url, poetryVersion: versionOf(poetry) }
  const declared = [...declarationChecks(source, at), ...priorityChecks(source, at)]
  if (target === undefined) return [...declared, unresolved(facts, source, at)]
  const naming = namingOf(facts, manner)
  const refusal = naming && refusalOf(machine, naming, target, targets)
  // The rest is another repository's: its fixes would be wrong here.
  if (naming !== undefined && refusal !== undefined) {
    const isTold = declared.some(({ message }) => message === refusal.message)
    const stray = isStray(naming, source.name, refusal) ? [strayCheck(machine, naming, source.name, manner)] : []
    return [...declared, ...(isTold ? [] : [faultOf('name', refusal, source.name)]), ...stray]
  }
  const [placed = { target, obstacle: undefined }] = naming ? placeNames(machine, naming, [target]) : []
  return [...declared, ...nameChecks(placed, facts), ...targetChecks(machine, facts, placed, at)]
}

/** A source of which not even the URL is known. */
function unresolved({ failures }: Facts, source: Source, { self }: Diagnosed): Check {
  const failure = failures.find((one) => one.source === source)
  const { name } = source
  return failure === undefined
    ? fault('token', `${name} is not synced yet.`, self, name)
    : faultOf('endpoint', failure.error, name)
}

/** Poetry's repository names are shared by all projects. What a hand wrote under one is told with the other settings. */
function nameChecks({ target, obstacle }: Placed, { settings }: Facts): Check[] {
  const isByHand = obstacle?.fix !== undefined && obstacle.holder === undefined
  if (obstacle === undefined || isByHand || settings instanceof CaSyncError) return []
  if (settings.publishUrl(target.name) === target.url) return []
  return [fault('name', obstacle.message, obstacle.fix ?? obstacle.hint, target.name)]
}

function targetChecks({ host }: Pick<Machine, 'host'>, facts: Facts, placed: Placed, at: Diagnosed): Check[] {
  const { target } = placed
  const { settings, state, looked } = facts
  const { name, tokenKey, file } = target
  const life = state.tokens[tokenKey]
  const now = host.now()
  const { found, answers } = looked instanceof CaSyncError ? nothingSeen : looked
  const its = found.filter((one) => one.name === name)
  const isKept = facts.copies.tokens.has(tokenKey)
  const isAlive = life !== undefined && isLive(life, now)
  const entries = entryChecks(target, its, isKept, at)
  const answer = answers.find((one) => one.name === name)
  return [
    ...(settings instanceof CaSyncError ? [] : settingChecks(facts, settings, placed, at)),
    ...(file === undefined ? [] : plaintextChecks(target, file, facts, isAlive, at)),
    ...(storeRules[target.store].reads === 'vault' ? [vaultCheck(name, isKept, at)] : []),
    // Before the first sync, or with a dead token, there is no entry to compare: only what stands before ours counts.
    ...entries.filter(({ check }) => check !== 'entry' || isAlive),
    tokenCheck(name, life, now, at),
    ...originChecks(target, facts.origins?.get(name) ?? []),
    ...(answer === undefined ? [] : [answerCheck(target, answer, at)]),
  ]
}

function settingChecks({ state }: Facts, settings: PoetrySettings, { target, obstacle }: Placed, at: Diagnosed) {
  // What is another project's in config.toml, is told as such.
  const isTold = ({ kind, where }: Shadow) =>
    kind === 'repository-url' && obstacle?.holder !== undefined && where === settings.homes.config.path
  const shadows = settings.shadows(target).filter((shadow) => !isTold(shadow))
  const isOurs = writtenUrls(state, target.name).includes(settings.names.urls.get(target.name) ?? '')
  const checks = shadowChecks(target, shadows, isOurs, at)
  return state.tokens[target.tokenKey] === undefined
    ? checks
    : [...checks, ...fileChecks(target, settings.names, shadows, at)]
}

const vaultCheck = (name: string, isThere: boolean, { self }: Diagnosed): Check =>
  isThere
    ? ok('vault', 'the vault holds the token, for ca-sync exec -- poetry …', name)
    : fault('vault', `The vault does not give back the token of ${name}.`, `${self} --force`, name)

function plaintextChecks({ name }: Target, file: string, { settings }: Facts, isAlive: boolean, { self }: Diagnosed) {
  const isThere = settings instanceof CaSyncError || settings.names.passwords.has(name)
  const what = `The token of ${name} is in plain text in ${file}`
  if (settings instanceof CaSyncError || !settings.names.isAuthFrozen) {
    if (isThere) return [warning('plaintext', `${what}.`, `${self} --store keyring`, name)]
    return isAlive ? [fault('plaintext', `The token of ${name} is not in ${file} any more.`, self, name)] : []
  }
  const fix = `Make it writable (chmod u+w), or type: ${self} --store keyring`
  if (isAlive && isThere) return [warning('plaintext', `${what}, which is read-only: no other gets there.`, fix, name)]
  const unwritten = `The token of ${name} cannot be written to ${file}: it, or its folder, is read-only.`
  return [fault('plaintext', unwritten, fix, name)]
}

/** What a run takes out, where it can. */
function strayCheck(machine: Parts, naming: Naming, name: string, { self }: Wording): Check {
  const { file, table } = strayPlace(machine, naming, name)
  const what = `The token of ${name} is in plain text in ${file}, and Poetry would send it to another host than it is for.`
  const fix = naming.settings.names.isAuthFrozen ? `Delete password from ${table} in ${file}.` : self
  return fault('plaintext', what, fix, name)
}
