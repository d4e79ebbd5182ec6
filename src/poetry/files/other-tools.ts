import { dirname, join, win32 } from 'node:path'
import { inPipConfig, inPypirc, type Leftover } from '../../core/doctor/entries.ts'
import { place } from '../../core/ports/full-path.ts'
import { readSections } from '../../core/profiles/files.ts'
import { isTable, valueAt } from '../../core/project/document.ts'
import { type NetrcEntry, netrcMachines } from '../../core/verdict/netrc.ts'
import { configHome, inHome, localAppData, pathsOf, type Surroundings } from '../../files/places.ts'
import { readText } from '../../files/read.ts'
import { parseToml } from '../../files/toml.ts'

/** A file that cannot be read says nothing: its own tool tells why. */
export const textOf = (file: string): Promise<string> =>
  readText(file).then(
    (text) => text ?? '',
    () => '',
  )

/** Where Python's requests looks for a netrc file: `$NETRC`, else two places. */
export function netrcFiles(around: Surroundings): readonly string[] {
  const named = place(around.env, 'NETRC', around.platform)
  return named === undefined ? ['.netrc', '_netrc'].map((name) => inHome(around, name)) : [named]
}

/** The entries of the netrc file that Python's requests takes: the first that has any. */
export async function readNetrc(around: Surroundings): Promise<readonly NetrcEntry[]> {
  for (const file of netrcFiles(around)) {
    const entries = netrcMachines(await textOf(file)).map((machine) => ({ file, machine }))
    if (entries.length > 0) return entries
  }
  return []
}

/** Where Python's keyring looks for the backend that its user chose (keyring/util/platform_.py). */
export const keyringFile = (around: Surroundings): string =>
  around.platform === 'win32'
    ? win32.join(localAppData(around), 'Python Keyring', 'keyringrc.cfg')
    : join(configHome(around), 'python_keyring', 'keyringrc.cfg')

/** The backend of that file, where it is one that keeps nothing. Which others can be used, only Poetry's Python knows. */
export async function readNoBackend(around: Surroundings): Promise<string | undefined> {
  const backend = readSections(await textOf(keyringFile(around))).get('backend')?.['default-keyring']
  return backend !== undefined && noBackend.test(backend) ? backend : undefined
}

/** Python's backends that are none. */
export const noBackend = /^keyring\.backends\.(?:null|fail)\.Keyring$/

/** The user's own pip.conf and .pypirc, where `aws codeartifact login` leaves tokens. @param isCodeArtifact - of a host */
export async function readLeftovers(
  around: Surroundings,
  isCodeArtifact: (host: string) => boolean,
): Promise<readonly Leftover[]> {
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

/** A file with settings for uv, and these. */
interface UvSettings {
  readonly file: string
  readonly settings: unknown
}

/** uv's settings for a project, those that win first (uv documentation, "Configuration files"): the project's or its workspace's, the user's, the system's. */
export async function readUvSettings(folder: string, around: Surroundings): Promise<readonly UvSettings[]> {
  const { env, platform } = around
  if (/^(?:1|true|t|yes|y|on)$/i.test(env['UV_NO_CONFIG'] ?? '')) return []
  const read = async (file: string): Promise<UvSettings> => ({ file, settings: await readAnyToml(file) })
  if (env['UV_CONFIG_FILE']) return [await read(env['UV_CONFIG_FILE'])]
  const system = platform === 'win32' ? [] : ['/etc/xdg/uv/uv.toml', '/etc/uv/uv.toml']
  const shared = [join(configHome(around), 'uv', 'uv.toml'), ...system].map(read)
  return [...(await nearest(folder)), ...(await Promise.all(shared))]
}

async function nearest(folder: string): Promise<UvSettings[]> {
  const [own, project] = ['uv.toml', 'pyproject.toml'].map((name) => join(folder, name)) as [string, string]
  const settings = await readAnyToml(own)
  if (isTable(settings) && Object.keys(settings).length > 0) return [{ file: own, settings }]
  const table = valueAt(await readAnyToml(project), 'tool', 'uv')
  if (table !== undefined) return [{ file: project, settings: table }]
  return dirname(folder) === folder ? [] : nearest(dirname(folder))
}
