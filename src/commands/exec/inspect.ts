import { cooldownUnderExec } from '../../core/doctor/cooldown.ts'
import { usedSources } from '../../core/memory/state.ts'
import { assignServices } from '../../core/plan/stores.ts'
import type { Target } from '../../core/plan/target.ts'
import { readFlags } from '../../core/project/settings.ts'
import type { Tool } from '../../core/variables/tools.ts'
import { checkTwine } from '../../core/variables/variables.ts'
import { about, CaSyncError, caught, inFull } from '../../core/words/errors.ts'
import { whereNamed } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { rivalIn } from '../../survey/poetry.ts'
import { configDirOf, inputsOf, type Survey, surveyOf } from '../../survey/survey.ts'
import { chooserOf, draft, resolve } from '../../survey/targets.ts'
import type { CredentialArguments } from '../options.ts'
import { inspectRepositories } from './repositories.ts'

type Parts = Pick<Machine, 'warn' | 'finder' | 'cooldowns'>

/** What is, before anything is asked for or written. */
export type Work = Awaited<ReturnType<typeof inspect>>

export async function inspect(machine: Machine, args: CredentialArguments, folders: readonly string[]) {
  const flags = readFlags(args)
  const place = machine.projects.find(args.project)
  const state = machine.store.recall()
  const configDir = configDirOf(machine, state, place.folder)
  const inputs = inputsOf(machine, place, configDir)
  const seen = surveyOf(machine, { ...args, place, state })
  for (const { error } of seen.unfit) machine.warn(inFull(error))
  const names = seen.sources.map(({ name }) => name)
  checkTwine(args.for, names, machine.host.env)
  const used = { sources: usedSources(state, place.folder) }
  const drafts = draft(seen.sources, used, await chooserOf(machine, flags))
  const { project } = seen
  const { targets: resolved, failures } = await resolve(machine, { drafts, state, force: args.force, project })
  if (failures[0] !== undefined) throw about(failures[0].source.name, failures[0].error)
  const targets = assignServices(resolved, state, place.folder)
  if (!args.for.includes('poetry')) return { ...seen, targets, inputs, repositories: undefined }
  await warnOfRivals(machine, seen, targets)
  const where = whereNamed(args.project, project.folder)
  const repositories = await inspectRepositories(machine, { ...seen, targets, configDir, folders, where })
  return { ...seen, targets, inputs, repositories }
}

/** A plugin that would have Poetry fail at a source that is declared; whatever is run may be what removes it. */
async function warnOfRivals(machine: Parts, { project, record }: Survey, targets: readonly Target[]) {
  const declared = targets.filter(({ source }) => source.declaration !== undefined).map(({ url }) => url)
  // Nothing of Poetry's clashes with a source that it does not know; to find Poetry may take a start of its launcher.
  if (declared.length === 0) return
  const program = await caught(() => machine.finder.find(project.folder, record?.poetry, 'path'))
  if (program instanceof CaSyncError) return
  const rival = rivalIn(machine, program, declared)
  if (rival !== undefined) machine.warn(inFull(rival))
}

/** New versions that a tool lets wait, which it cannot do here. */
export async function sayCooldowns(machine: Parts, args: CredentialArguments, { project, targets }: Work) {
  const others: readonly Tool[] = args.for.filter((tool) => tool !== 'poetry')
  const cooldowns = others.length === 0 ? [] : await machine.cooldowns(project.folder)
  for (const cooldown of cooldowns) {
    const sources = targets.map(({ source }) => source)
    const text = others.includes(cooldown.tool) ? cooldownUnderExec(cooldown, sources) : undefined
    if (text !== undefined) machine.warn(text)
  }
}
