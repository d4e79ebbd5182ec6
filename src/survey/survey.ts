import { keepingOf } from '../core/memory/keeping.ts'
import type { Keeping, KeepingWish, ProjectRecord, State } from '../core/memory/state.ts'
import type { Project, ProjectPlace } from '../core/ports/project.ts'
import type { Source } from '../core/repository/source.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { quote } from '../core/words/quote.ts'
import { closest } from '../core/words/suggest.ts'
import type { Machine } from '../machine.ts'

type Parts = Pick<Machine, 'projects' | 'store' | 'poetryFiles' | 'stamps' | 'userConfigFile'>

/** What is known of a project before AWS, Poetry or a keyring is asked anything; of its sources, `unfit` are those that cannot be served, and why. */
export type Survey = ReturnType<typeof surveyOf>

export interface SurveyAsked {
  readonly project?: string | undefined
  /** Just this one, in place of the nearest to `project`. */
  readonly place?: ProjectPlace
  readonly source?: readonly string[] | undefined
  readonly state?: State
  readonly keeping?: KeepingWish
  /** As for a job, and for every project: the answer is about other shells than this one. */
  readonly anyShell?: boolean
}

/** The walk from the arguments to what is: every verb's first step. Identities (`draft`) and repositories (`resolve`) come after it. */
export function surveyOf(machine: Pick<Parts, 'projects' | 'store'>, asked: SurveyAsked) {
  const project = machine.projects.read(asked.place ?? machine.projects.find(asked.project))
  const [sources, unfit] = [selectSources(project, asked.source), selectUnfit(project, asked.source)]
  const state = asked.state ?? machine.store.read()
  const keeping = keepingOf(state, project.folder, project.sources, asked.keeping ?? {})
  const record = state.projects[project.folder]
  return { project, sources, unfit, state, record, keeping, anyShell: asked.anyShell === true }
}

/** @throws CaSyncError SOURCE_UNKNOWN; where none of those that are named can be served, why */
function selectSources(project: Project, names: readonly string[] | undefined): readonly Source[] {
  const { sources, unfit, file } = project
  if (names === undefined) return sources
  const all = [...sources, ...unfit.map(({ source }) => source)]
  const unknown = names.find((name) => !all.some((source) => source.name === name))
  const fit = sources.filter(({ name }) => names.includes(name))
  const [refused] = selectUnfit(project, names)
  if (fit.length === 0 && unknown === undefined && refused !== undefined) throw refused.error
  if (unknown === undefined) return fit
  const known = all.map(({ name }) => name)
  const meant = closest(unknown, known)
  throw new CaSyncError('SOURCE_UNKNOWN', `There is no CodeArtifact source ${quote(unknown)} in ${file}.`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}It has: ${known.join(', ')}.`,
  })
}

const selectUnfit = ({ unfit }: Project, names: readonly string[] | undefined): Project['unfit'] =>
  names === undefined ? unfit : unfit.filter(({ source }) => names.includes(source.name))

/** Poetry's config folder as an earlier run saw it, while our own rule still gives what it gave then. */
export function rememberedDir({ poetryFiles }: Pick<Parts, 'poetryFiles'>, { projects }: State, folder: string) {
  const records = [projects[folder], ...Object.values(projects)]
  // Where no Poetry was asked, its folder is our own rule's.
  return records.find((one) => one?.poetry.python && one.poetry.ruledDir === poetryFiles.configDir())?.poetry.configDir
}

/** Poetry's config folder, where nobody has asked Poetry itself. */
export const configDirOf = (machine: Pick<Parts, 'poetryFiles'>, state: State, folder: string): string =>
  rememberedDir(machine, state, folder) ?? machine.poetryFiles.configDir()

/** Stamps of the files that all is read from; to be taken before. */
export const inputsOf = (machine: Parts, { file, folder }: ProjectPlace, configDir: string): ProjectRecord['inputs'] =>
  machine.stamps([file, machine.userConfigFile, ...machine.poetryFiles.paths(configDir, folder)])

/** Where the tokens of a project go. @param configDir - Poetry's config folder */
export const placeOf = ({ poetryFiles }: Pick<Parts, 'poetryFiles'>, keeping: Keeping, configDir: string) => ({
  ...keeping,
  file: poetryFiles.authFile(configDir),
})
