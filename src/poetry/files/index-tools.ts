import { dirname, join } from 'node:path'
import { inPipConfig, inPypirc } from '../../core/doctor/entries.ts'
import { isTable, valueAt } from '../../core/project/document.ts'
import { configHome, inHome, pathsOf, type Surroundings } from '../../files/places.ts'
import { readText } from '../../files/read.ts'
import { parseToml } from '../../files/toml.ts'
import { textOf } from './other-tools.ts'

/** The user's own pip.conf and .pypirc, where `aws codeartifact login` leaves tokens. @param isCodeArtifact - of a host */
export async function readLeftovers(around: Surroundings, isCodeArtifact: (host: string) => boolean) {
  const pip = pipConfigs(around).map(async (file) => inPipConfig(file, await textOf(file), isCodeArtifact))
  const pypirc = inHome(around, '.pypirc')
  return [...(await Promise.all(pip)).flat(), ...inPypirc(pypirc, await textOf(pypirc), isCodeArtifact)]
}

/** pip's files of one user (pip documentation, "Configuration Files"). */
export function pipConfigs(around: Surroundings): string[] {
  const { platform } = around
  const config = pathsOf(platform).join(configHome(around), 'pip', platform === 'win32' ? 'pip.ini' : 'pip.conf')
  if (platform === 'win32') return [config]
  const mac = platform === 'darwin' ? [inHome(around, 'Library/Application Support/pip/pip.conf')] : []
  return [...mac, config, inHome(around, '.pip/pip.conf')]
}

/** A TOML file of another tool. One that cannot be read says nothing: its own tool tells why. */
export async function readAnyToml(path: string): Promise<unknown> {
  try {
    return parseToml((await readText(path)) ?? '')
  } catch {
    return undefined
  }
}

/** The names of the indexes that a project declares for uv, in its pyproject.toml or the uv.toml beside it. A file that cannot be read declares none. */
export async function readUvIndexes(folder: string): Promise<ReadonlySet<string>> {
  const settings = await readAnyToml(join(folder, 'uv.toml'))
  const project = await readAnyToml(join(folder, 'pyproject.toml'))
  const indexes = [settings, valueAt(project, 'tool', 'uv')].flatMap((table) => valueAt(table, 'index'))
  return new Set(indexes.map((index) => valueAt(index, 'name')).filter((name) => typeof name === 'string'))
}

/** uv's settings for a project, those that win first (uv documentation, "Configuration files"): the project's or its workspace's, the user's, the system's. */
export async function readUvSettings(folder: string, around: Surroundings) {
  const { env, platform } = around
  if (/^(?:1|true|t|yes|y|on)$/i.test(env['UV_NO_CONFIG'] ?? '')) return []
  const read = async (file: string) => ({ file, settings: await readAnyToml(file) })
  if (env['UV_CONFIG_FILE']) return [await read(env['UV_CONFIG_FILE'])]
  const system = platform === 'win32' ? [] : ['/etc/xdg/uv/uv.toml', '/etc/uv/uv.toml']
  const shared = [join(configHome(around), 'uv', 'uv.toml'), ...system].map(read)
  return [...(await nearest(folder)), ...(await Promise.all(shared))]
}

async function nearest(folder: string): Promise<{ file: string; settings: unknown }[]> {
  const [own, project] = ['uv.toml', 'pyproject.toml'].map((name) => join(folder, name)) as [string, string]
  const settings = await readAnyToml(own)
  if (isTable(settings) && Object.keys(settings).length > 0) return [{ file: own, settings }]
  const table = valueAt(await readAnyToml(project), 'tool', 'uv')
  if (table !== undefined) return [{ file: project, settings: table }]
  return dirname(folder) === folder ? [] : nearest(dirname(folder))
}
