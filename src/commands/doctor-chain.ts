import type { Context } from '../context.ts'
import { type Check, fault, faultOf, ok, warning } from '../core/check.ts'
import { awsChecks } from '../core/doctor/aws.ts'
import { declarationChecks, priorityChecks } from '../core/doctor/declaration.ts'
import type { Diagnosed } from '../core/doctor/diagnosed.ts'
import { answerCheck, entryChecks } from '../core/doctor/entries.ts'
import { leftoverCheck } from '../core/doctor/leftovers.ts'
import { netrcChecks, pluginChecks, versionCheck } from '../core/doctor/poetry.ts'
import { tokenCheck } from '../core/doctor/rotation.ts'
import { fileChecks, shadowChecks, unset } from '../core/doctor/settings.ts'
import { hostOf } from '../core/endpoint.ts'
import { CaSyncError } from '../core/errors.ts'
import type { Source } from '../core/source.ts'
import type { Target } from '../core/target.ts'
import { type Facts, isCodeArtifact } from './doctor-facts.ts'
import { checkOthers } from './gather.ts'

/** What the fixes say to type. */
export type Manner = Pick<Diagnosed, 'self' | 'isWindows'>

/** The chain as Poetry walks it: what all sources share, then each source. */
export async function chainChecks(context: Context, facts: Facts, manner: Manner): Promise<Check[]> {
  const perSource = facts.sources.flatMap((source) => sourceChecks(context, facts, source, manner))
  const shared = [...poetryChecks(context, facts, manner), ...(await leftoverChecks(context, facts))]
  const aws = facts.callers.flatMap(({ identity, answer }) => awsChecks(identity, answer))
  return [...shared, ...settingsChecks(facts), ...aws, ...perSource]
}

function poetryChecks({ host }: Context, { poetry, keyring }: Facts, { isWindows }: Manner): Check[] {
  /** A fault that comes of a variable goes with it. */
  const chosenBy = (variable: string, check: string, error: CaSyncError): Check =>
    host.env[variable] ? fault(check, error.message, unset(variable, isWindows)) : faultOf(check, error)
  if (poetry instanceof CaSyncError) return [chosenBy('CA_SYNC_POETRY', 'poetry', poetry)]
  const { program, installation } = poetry
  const found = [versionCheck(program, installation), ...pluginChecks(installation.plugins, program.python)]
  if (keyring === undefined) return found
  if (!(keyring instanceof CaSyncError)) return [...found, ok('keyring', keyring.backend)]
  const isChoice = ['KEYRING_DISABLED', 'KEYRING_FAILED'].includes(keyring.code)
  return [...found, isChoice ? chosenBy('PYTHON_KEYRING_BACKEND', 'keyring', keyring) : faultOf('keyring', keyring)]
}

async function leftoverChecks(context: Context, { poetry, targets }: Facts): Promise<Check[]> {
  const left = (await context.leftovers(isCodeArtifact(targets))).map(leftoverCheck)
  if (poetry instanceof CaSyncError) return left
  const hosts = targets.map(({ url }) => hostOf(url).replace(/:\d+$/, ''))
  return [...netrcChecks(await context.netrc(), hosts, poetry.installation.poetryVersion), ...left]
}

const settingsChecks = ({ settings }: Facts): Check[] =>
  settings instanceof CaSyncError ? [faultOf('poetry-files', settings)] : []

function sourceChecks(context: Context, facts: Facts, source: Source, manner: Manner): Check[] {
  const { poetry, project, targets } = facts
  const target = targets.find((one) => one.source === source)
  const version = poetry instanceof CaSyncError ? undefined : poetry.installation.poetryVersion
  const at: Diagnosed = { ...manner, file: project.file, url: target?.url, poetryVersion: version }
  const declared = [...declarationChecks(source, at), ...priorityChecks(source, at)]
  if (target === undefined)
    return [...declared, fault('token', `${source.name} is not synced yet.`, at.self, source.name)]
  const taken = nameChecks(context, facts, target)
  // The rest is the other project's: its fixes would be wrong here.
  return [...declared, ...(taken.length > 0 ? taken : targetChecks(context, facts, target, at))]
}

/** Poetry's repository names are shared by all projects. */
function nameChecks(context: Context, { project, state, record }: Facts, target: Target): Check[] {
  try {
    checkOthers(context, { project, state, record }, [target])
    return []
  } catch (error) {
    if (error instanceof CaSyncError) return [faultOf('name', error, target.name)]
    throw error
  }
}

function targetChecks({ host }: Context, facts: Facts, target: Target, at: Diagnosed): Check[] {
  const { settings, state, answers } = facts
  const { name, token } = target
  const shadows = settings instanceof CaSyncError ? [] : shadowChecks(target, settings.shadows(target), at)
  const life = state.tokens[token]
  const answer = answers.find((one) => one.name === name)
  return [
    ...shadows,
    ...(life === undefined ? byNameChecks(facts, target, at) : keptChecks(facts, target, at)),
    tokenCheck(name, life, host.now(), at),
    ...(answer === undefined ? [] : [answerCheck(target, answer, at)]),
  ]
}

/** What a sync left for Poetry. */
function keptChecks({ settings, copies, found }: Facts, target: Target, at: Diagnosed): Check[] {
  const { name, token, plaintextFile } = target
  const files = settings instanceof CaSyncError ? [] : fileChecks(target, settings.names, at)
  if (plaintextFile !== undefined) return [...files, plaintextCheck(name, plaintextFile, at)]
  const looked = found.filter((one) => one.name === name)
  return looked.length === 0 ? files : [...files, ...entryChecks(target, looked, copies.has(token), at)]
}

/** Before the first sync there is no entry of ours: only what would stand before it counts. */
const byNameChecks = ({ found }: Facts, target: Target, at: Diagnosed): Check[] =>
  entryChecks(
    target,
    found.filter(({ name }) => name === target.name),
    false,
    at,
  ).filter(({ check }) => check !== 'entry')

const plaintextCheck = (name: string, file: string, { self }: Diagnosed): Check =>
  warning('plaintext', `The token of ${name} is in plain text in ${file}.`, `${self} --store keyring`, name)
