import type { Cooldown } from '../../core/doctor/cooldown.ts'
import { readSections } from '../../core/profiles/files.ts'
import { isText, valueAt } from '../../core/project/document.ts'
import { poetryVariable } from '../../core/variables/names.ts'
import { unset } from '../../core/words/quote.ts'
import { pathsOf, type Surroundings } from '../../files/places.ts'
import { pipConfigs, readAnyToml, readUvSettings } from './index-tools.ts'
import { textOf } from './other-tools.ts'

/**
 * The rules of Poetry, uv and pip that let new versions wait, as each tool finds its own: variables first, then files.
 * @param poetryFiles - in the order in which Poetry merges them
 */
export async function readCooldowns(folder: string, poetryFiles: readonly string[], around: Surroundings) {
  const [poetry, uv, pip] = [poetryCooldowns(poetryFiles, around), uvCooldowns(folder, around), pipCooldowns(around)]
  return (await Promise.all([poetry, uv, pip])).flat()
}

async function poetryCooldowns(files: readonly string[], { env }: Surroundings): Promise<Cooldown[]> {
  const tables = await Promise.all(
    files.map(async (file) => [file, valueAt(await readAnyToml(file), 'solver')] as const),
  )
  const find = (key: string): readonly [where: string, value: unknown] | undefined => {
    const name = poetryVariable('SOLVER', key)
    if (env[name]) return [name, env[name]]
    return tables
      .map(([file, table]) => [file, valueAt(table, key)] as const)
      .findLast(([, value]) => value !== undefined)
  }
  const [where, days] = find('min-release-age') ?? ['', 0]
  if (!(Number(days) > 0)) return []
  const [, listed] = find('min-release-age-exclude-source') ?? []
  const except = isText(listed) ? listed.split(',').map((name) => name.trim()) : [listed].flat().filter(isText)
  return [{ tool: 'poetry', setting: `solver.min-release-age = ${days}`, where, except }]
}

async function uvCooldowns(folder: string, around: Surroundings): Promise<Cooldown[]> {
  const files = await readUvSettings(folder, around)
  const variable = around.env['UV_EXCLUDE_NEWER']
  const inFiles = files.flatMap(({ file, settings }) =>
    [['exclude-newer'], ['pip', 'exclude-newer']].map((keys) => [file, valueAt(settings, ...keys)] as const),
  )
  const [where, value] = variable
    ? (['UV_EXCLUDE_NEWER', variable] as const)
    : (inFiles.find(([, found]) => found !== undefined) ?? ['', false])
  if (value === false || value === 'false') return []
  const indexes = files.flatMap(({ settings }) => valueAt(settings, 'index'))
  const except = indexes
    .filter((index) => valueAt(index, 'exclude-newer') === false)
    .flatMap((index) => [valueAt(index, 'name'), valueAt(index, 'url')])
    .filter(isText)
  return [{ tool: 'uv', setting: `exclude-newer = ${JSON.stringify(value)}`, where, except }]
}

/** What pip's commands that look for packages read, beside [global]. */
const pipSections = ['global', 'install', 'download', 'wheel', 'lock', 'index', 'list']

async function pipCooldowns(around: Surroundings): Promise<Cooldown[]> {
  const { env, platform } = around
  const name = 'PIP_UPLOADED_PRIOR_TO'
  const pipRule = (value: string, where: string, remove: string): Cooldown[] =>
    value === '' ? [] : [{ tool: 'pip', setting: `uploaded-prior-to = ${value}`, where, remove, except: [] }]
  if (env[name]) return pipRule(env[name], name, unset(name, platform === 'win32'))
  const named = env['PIP_CONFIG_FILE']
  if (named === '/dev/null' || named === 'nul') return []
  const inVenv = ['VIRTUAL_ENV', 'CONDA_PREFIX'].flatMap((prefix) => env[prefix] ?? [])
  const venvs = inVenv.map((prefix) => pathsOf(platform).join(prefix, platform === 'win32' ? 'pip.ini' : 'pip.conf'))
  const system = platform === 'win32' ? [] : ['/etc/pip.conf', '/etc/xdg/pip/pip.conf']
  for (const file of [...(named ? [named] : []), ...venvs, ...pipConfigs(around), ...system]) {
    const sections = readSections(await textOf(file))
    for (const section of pipSections)
      for (const [key, value] of Object.entries(sections.get(section) ?? {}))
        if (key.replace(/^--/, '').replaceAll('_', '-') === 'uploaded-prior-to')
          return pipRule(value, file, `pip config unset ${section}.${key}`)
  }
  return []
}
