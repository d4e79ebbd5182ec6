import type { State } from '../../core/memory/state.ts'
import type { Target } from '../../core/plan/target.ts'
import type { PoetrySettings } from '../../core/ports/poetry-files.ts'
import type { Project } from '../../core/ports/project.ts'
import { checkVariables, type Variables } from '../../core/variables/names.ts'
import { repositoryVariables } from '../../core/variables/variables.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { checkNames, declarationWarnings } from '../../survey/names.ts'

/** What Poetry's files say of a project's sources. */
export interface Repositories {
  readonly configDir: string
  /** Those that config.toml does not have as they should be. */
  readonly missing: readonly Target[]
  /** Names of the files' other repositories. */
  readonly others: readonly string[]
}

interface Inspected {
  readonly project: Project
  readonly targets: readonly Target[]
  readonly state: State
  readonly configDir: string
  /** Of other projects that the variables will serve, from the current one. */
  readonly folders: readonly string[]
}

/**
 * Looks at all that Poetry would read, before a token is asked for: in the environment it goes by a source's name, to whatever has that name.
 * @throws CaSyncError NAME_CONFLICT, SOURCE_HOST_MISMATCH, CREDENTIALS_SHADOWED, POETRY_FILE_INVALID
 */
export async function inspectRepositories(
  machine: Machine,
  { project, targets, state, configDir, folders }: Inspected,
): Promise<Repositories> {
  const { poetryFiles } = machine
  const [config] = poetryFiles.paths(configDir, project.folder)
  const settings = await poetryFiles.settings(configDir, project.folder)
  declarationWarnings({ project }, targets)
  checkNames(machine, { project, state, record: undefined }, targets, settings.names)

  const ours = new Set(targets.map(({ name }) => name))
  for (const { file, folder, declarations } of [project, ...otherProjects(machine, project, folders)]) {
    const { repositories, quoting } = await poetryFiles.settings(configDir, folder)
    const elsewhere = repositories.filter(({ name, where }) => !(where === config && ours.has(name)))
    const declared = declarations.map((one) => ({ ...one, where: file }))
    checkVariables(targets, [...declared, ...elsewhere], quoting)
  }
  checkShadows(machine, targets, settings, config)
  return {
    configDir,
    missing: targets.filter(({ name, url }) => settings.names.urls.get(name) !== url),
    others: settings.repositories.map(({ name }) => name).filter((name) => !ours.has(name)),
  }
}

/** The projects of folders; where there is none, Poetry serves nobody. */
const otherProjects = (machine: Machine, project: Project, folders: readonly string[]): readonly Project[] =>
  folders.flatMap((folder) => {
    try {
      const place = machine.projects.find(folder)
      return place.folder === project.folder ? [] : [machine.projects.readAny(place)]
    } catch (error) {
      if (error instanceof CaSyncError && error.code === 'PROJECT_NOT_FOUND') return []
      throw error
    }
  })

/** What is stronger than the variables that we set. @throws CaSyncError CREDENTIALS_SHADOWED where the token would go elsewhere */
function checkShadows(
  { warn }: Machine,
  targets: readonly Target[],
  settings: PoetrySettings,
  config: string | undefined,
): void {
  for (const { kind, where, message, hint } of targets.flatMap(settings.shadows)) {
    // What config.toml has there is ours, or was refused before.
    if (kind === 'repository-url' && where !== config) throw new CaSyncError('CREDENTIALS_SHADOWED', message, { hint })
    if (kind === 'pypi-token' || kind === 'repositories-hidden') warn(`${message} ${hint}`)
  }
}

/**
 * Sees to `repositories.<name>.url` in config.toml, without which Poetry publishes to the source's `…/simple/` URL, which fails.
 * @returns variables that stand in for it where it cannot be written
 */
export async function seeToRepositories(
  { poetryFiles, warn }: Machine,
  targets: readonly Target[],
  { configDir, missing, others }: Repositories,
): Promise<Variables> {
  if (missing.length === 0) return {}
  try {
    const urls = Object.fromEntries(missing.map(({ name, url }) => [name, url]))
    await poetryFiles.change(configDir, { plaintext: [], usernames: [], urls })
    return {}
  } catch (error) {
    if (!(error instanceof CaSyncError && error.code === 'FILE_UNWRITABLE')) throw error
    const substitutes = repositoryVariables(targets, others)
    warn(`${error.message} ${consequence(missing, substitutes)}`)
    return substitutes ?? {}
  }
}

function consequence(missing: readonly Target[], substitutes: Variables | undefined): string {
  const [first] = missing
  if (substitutes !== undefined)
    return `poetry publish -r ${first?.name} works all the same, through ${Object.keys(substitutes)[0]} in the environment.`
  const names = missing.map(({ name }) => name).join(', ')
  return `poetry publish -r NAME would go to the …/simple/ URL of ${names} and fail; set POETRY_CONFIG_DIR to a folder that can be written to.`
}
