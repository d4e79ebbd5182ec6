import type { ProjectRecord, State } from '../core/memory/state.ts'
import type { PoetrySettings } from '../core/ports/poetry-files.ts'
import type { Project, ProjectPlace } from '../core/ports/project.ts'
import type { Source } from '../core/repository/source.ts'
import type { Machine } from '../machine.ts'
import { rememberedDir } from './place.ts'
import { asSynced, type Draft, type DraftTarget, draft, knownTarget, selectSources, selectUnfit } from './targets.ts'

type Parts = Pick<Machine, 'projects' | 'poetryFiles' | 'store' | 'userConfig'>

/** What can be seen of a project without AWS, Python and keyring. */
export interface Survey {
  readonly project: Project
  /** Those that were asked for. */
  readonly sources: readonly Source[]
  /** Of those, the ones that cannot be served. */
  readonly unfit: Project['unfit']
  readonly state: State
  readonly record: ProjectRecord | undefined
  /** Poetry's config folder. */
  readonly configDir: string
  readonly settings: PoetrySettings
  readonly drafts: readonly Draft[]
}

interface SurveyAsked {
  readonly project?: string | undefined
  /** Just this one, in place of the nearest. */
  readonly place?: ProjectPlace
  readonly source?: readonly string[] | undefined
}

export async function survey(machine: Parts, asked: SurveyAsked): Promise<Survey> {
  const project = machine.projects.read(asked.place ?? machine.projects.find(asked.project))
  const sources = selectSources(project, asked.source)
  const state = machine.store.read()
  const record = state.projects[project.folder]
  const configDir = rememberedDir(machine, state, project.folder) ?? machine.poetryFiles.configDir()
  const settings = await machine.poetryFiles.settings(configDir, project.folder, record?.poetry.version)
  const config = await machine.userConfig()
  const drafts = draft(sources, record, {
    flags: {},
    environment: undefined,
    keysStamp: undefined,
    apiStamp: '',
    config,
  })
  const unfit = selectUnfit(project, asked.source)
  return { project, sources, unfit, state, record, configDir, settings, drafts }
}

/** What a source is by what the state knows, as the identity that it was synced with; undefined where it was not. */
export const syncedTarget = (one: Draft, state: State): DraftTarget | undefined =>
  one.record && knownTarget(asSynced(one), state)
