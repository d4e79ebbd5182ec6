import { inPipConfig, inPypirc, type Leftover } from '../../core/doctor/entries.ts'
import { place } from '../../core/ports/full-path.ts'
import { type NetrcEntry, netrcMachines } from '../../core/verdict/netrc.ts'
import { configHome, inHome, pathsOf, type Surroundings } from '../../files/places.ts'
import { readText } from '../../files/read.ts'

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
