import type { Target } from '../../core/plan/target.ts'
import type { PoetrySettings } from '../../core/ports/poetry-files.ts'
import type { Project } from '../../core/ports/project.ts'
import { checkVariables, type Variables } from '../../core/variables/names.ts'
import { repositoryVariables } from '../../core/variables/variables.ts'
import { CaSyncError, caughtNow, inFull } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Survey } from '../../survey/survey.ts'
import { placeNames, sift } from '../../survey/verdict.ts'

type Parts = Pick<Machine, 'warn' | 'projects' | 'poetryFiles'>

/** What Poetry's files say of a project's sources. */
export type Repositories = Awaited<ReturnType<typeof inspectRepositories>>

interface Inspected extends Survey {
  readonly targets: readonly Target[]
  readonly configDir: string
  readonly where: string
  /** Of other projects that the variables will serve, from the current one. */
  readonly folders: readonly string[]
}

/**
 * Looks at all that Poetry would read, before a token is asked for: in the environment it goes by a source's name, to whatever has that name.
 * @throws CaSyncError NAME_CONFLICT, SOURCE_HOST_MISMATCH, CREDENTIALS_SHADOWED, POETRY_FILE_INVALID
 */
export async function inspectRepositories(machine: Parts, inspected: Inspected) {
  const { poetryFiles } = machine
  const { project, targets, configDir, folders } = inspected
  const [config] = poetryFiles.paths(configDir, project.folder)
  const settings = await poetryFiles.settings(configDir, project.folder)
  // That a file cannot be written, shows when it is.
  const homes = { ...settings.homes, config: { ...settings.homes.config, isFrozen: false } }
  // Wherever its token is kept, Poetry gets it from the variables.
  const keeping = { ...inspected.keeping, store: 'exec' as const }
  const seen = { ...inspected, keeping, settings: { ...settings, homes } }
  const naming = { ...seen, record: undefined, version: undefined, refusal: undefined }
  const { refused } = sift(machine, naming, targets)
  if (refused[0] !== undefined) throw refused[0].error
  const placed = placeNames(machine, naming, targets)
  const strays = placed.filter(
    ({ target: { name, url, urlHome } }) => urlHome !== undefined && settings.publishUrl(name) !== url,
  )
  const substitutes = repositoryVariables(targets, settings.repositories)
  // Where nothing else says it, Poetry goes by config.toml, whatever that is under the name.
  const misled = new Set(substitutes === undefined ? strays.map(({ target }) => target.name) : [])
  const ours = new Set(targets.map(({ name }) => name).filter((name) => !misled.has(name)))
  for (const { file, folder, declarations } of [project, ...otherProjects(machine, project, folders)]) {
    const { repositories, quoting } = await poetryFiles.settings(configDir, folder)
    const elsewhere = repositories.filter(({ name, where }) => !(where === config && ours.has(name)))
    const declared = declarations.map((one) => ({ ...one, where: file }))
    checkVariables(targets, [...declared, ...elsewhere], quoting)
  }
  checkShadows(machine, targets, settings, config)
  return {
    configDir,
    /** Those that config.toml does not have as they should be. */
    missing: placed.flatMap(({ target }) =>
      target.urlHome === undefined && settings.names.urls.get(target.name) !== target.url ? [target] : [],
    ),
    /** Those for which config.toml has another repository, or cannot have theirs, and why. */
    strays,
    /** What stands in for `repositories.<name>` where no file can have it; undefined where Poetry would not see all of them. */
    substitutes,
  }
}

/** The projects of folders; where there is none, Poetry serves nobody. */
const otherProjects = (machine: Parts, project: Project, folders: readonly string[]): readonly Project[] =>
  folders.flatMap((folder) => {
    const place = caughtNow(() => machine.projects.find(folder))
    if (place instanceof CaSyncError) {
      if (place.code === 'PROJECT_NOT_FOUND') return []
      throw place
    }
    return place.folder === project.folder ? [] : [machine.projects.readAny(place)]
  })

/** What is stronger than the variables that we set. @throws CaSyncError CREDENTIALS_SHADOWED where the token would go elsewhere */
function checkShadows({ warn }: Parts, targets: readonly Target[], settings: PoetrySettings, config?: string) {
  for (const shadow of targets.flatMap(settings.shadows)) {
    const { kind, where, message, hint } = shadow
    // What config.toml has there is ours, or was refused before.
    if (kind === 'repository-url' && where !== config) throw new CaSyncError('CREDENTIALS_SHADOWED', message, { hint })
    if (kind === 'pypi-token' || kind === 'repositories-hidden') warn(inFull(shadow))
  }
}

/**
 * Sees to `repositories.<name>.url` in config.toml, without which Poetry publishes to the source's `…/simple/` URL, which fails.
 * @returns variables that stand in for it where it cannot be written, or is another project's
 */
export async function seeToRepositories(
  { poetryFiles, warn }: Pick<Machine, 'warn' | 'poetryFiles'>,
  project: Project,
  { configDir, missing, strays, substitutes }: Repositories,
): Promise<Variables> {
  for (const { obstacle } of substitutes === undefined ? strays : []) if (obstacle !== undefined) warn(inFull(obstacle))
  const standing = strays.length === 0 ? {} : (substitutes ?? {})
  if (missing.length === 0) return standing
  try {
    const urls = Object.fromEntries(missing.map(({ name, url }) => [name, url]))
    await poetryFiles.change(configDir, project.folder, { plaintext: [], usernames: [], urls })
    return standing
  } catch (error) {
    if (!(error instanceof CaSyncError && error.code === 'FILE_UNWRITABLE')) throw error
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
