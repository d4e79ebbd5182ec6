import { cooldownUnderExec } from '../../core/doctor/cooldown.ts'
import { type ReadyRecord, type State, usedSources } from '../../core/memory/state.ts'
import { assignServices } from '../../core/plan/services.ts'
import type { Target } from '../../core/plan/target.ts'
import type { Project } from '../../core/ports/project.ts'
import { checkTwine, type Tool } from '../../core/variables/variables.ts'
import { about, CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { readFlags } from '../../survey/flags.ts'
import { rememberedDir } from '../../survey/place.ts'
import { resolve } from '../../survey/resolve.ts'
import { rivalIn } from '../../survey/rivals.ts'
import { chooserOf, draft, selectSources, selectUnfit } from '../../survey/targets.ts'
import type { CredentialArguments } from '../options.ts'
import { inspectRepositories, type Repositories } from './repositories.ts'

type Parts = Pick<Machine, 'warn' | 'finder'>

/** What is, before anything is asked for or written. */
export interface Work {
  readonly project: Project
  readonly targets: readonly Target[]
  readonly state: State
  /** For Poetry only. */
  readonly repositories: Repositories | undefined
  /** Stamps of the files that all of this was read from, taken before. */
  readonly inputs: ReadyRecord['inputs']
}

export async function inspect(machine: Machine, args: CredentialArguments, folders: readonly string[]): Promise<Work> {
  const flags = readFlags(args)
  const found = machine.projects.find(args.project)
  const { poetryFiles, store } = machine
  const state = store.recall()
  const configDir = rememberedDir(machine, state, found.folder) ?? poetryFiles.configDir()
  const inputs = machine.stamps([found.file, machine.userConfigFile, ...poetryFiles.paths(configDir, found.folder)])
  const project = machine.projects.read(found)
  const sources = selectSources(project, args.source)
  for (const { error } of selectUnfit(project, args.source)) machine.warn(`${error.message} ${error.hint}`)
  const names = sources.map(({ name }) => name)
  checkTwine(args.for, names, machine.host.env)
  const chooser = chooserOf(machine, await machine.userConfig(), flags)
  const drafts = draft(sources, { sources: usedSources(state, project.folder) }, chooser)
  const { targets: resolved, failures } = await resolve(machine, { drafts, state, force: args.force })
  if (failures[0] !== undefined) throw about(failures[0].source.name, failures[0].error)
  const targets = assignServices(resolved, state, project.folder)
  const isFor = (tool: Tool): boolean => args.for.includes(tool)
  if (isFor('poetry')) await warnOfRivals(machine, project, state, targets)
  return {
    project,
    targets,
    state,
    repositories: isFor('poetry')
      ? await inspectRepositories(machine, { project, targets, state, configDir, folders })
      : undefined,
    inputs,
  }
}

/** A plugin that would have Poetry fail at a source that is declared; whatever is run may be what removes it. */
async function warnOfRivals(machine: Parts, { folder }: Project, { projects }: State, targets: readonly Target[]) {
  const declared = targets.filter(({ source }) => source.declaration !== undefined).map(({ url }) => url)
  // Nothing of Poetry's clashes with a source that it does not know; to find Poetry may take a start of its launcher.
  if (declared.length === 0) return
  const program = await caught(() => machine.finder.find(folder, projects[folder]?.poetry, 'path'))
  if (program instanceof CaSyncError) return
  const rival = rivalIn(machine, program, declared, { isKeyringAsked: false })
  if (rival !== undefined) machine.warn(`${rival.message} ${rival.hint}`)
}

/** New versions that a tool lets wait, which it cannot do here. */
export async function sayCooldowns(
  machine: Pick<Machine, 'warn' | 'cooldowns'>,
  args: CredentialArguments,
  { project, targets }: Work,
): Promise<void> {
  const others: readonly Tool[] = args.for.filter((tool) => tool !== 'poetry')
  const cooldowns = others.length === 0 ? [] : await machine.cooldowns(project.folder)
  for (const cooldown of cooldowns) {
    const sources = targets.map(({ source }) => source)
    const text = others.includes(cooldown.tool) ? cooldownUnderExec(cooldown, sources) : undefined
    if (text !== undefined) machine.warn(text)
  }
}
