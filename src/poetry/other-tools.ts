import { posix, win32 } from 'node:path'
import { inPipConfig, inPypirc, type Leftover } from '../core/doctor/leftovers.ts'
import type { NetrcEntry } from '../core/doctor/poetry.ts'
import { readText } from '../files/read.ts'
import type { Env } from './environment.ts'

/** A file that cannot be read says nothing: its own tool tells why. */
const textOf = (file: string): Promise<string> =>
  readText(file).then(
    (text) => text ?? '',
    () => '',
  )

/** The entries of the netrc file that Python's requests takes: `$NETRC`, else the first of two places. */
export async function readNetrc(env: Env, home: string): Promise<readonly NetrcEntry[]> {
  const files = env['NETRC'] ? [env['NETRC']] : ['.netrc', '_netrc'].map((name) => posix.join(home, name))
  for (const file of files) {
    const words = (await textOf(file)).replaceAll(/#.*/g, '').split(/\s+/)
    const entries = words.flatMap((word, index) => {
      if (word === 'default') return [{ file, machine: undefined }]
      return word === 'machine' ? [{ file, machine: words[index + 1] }] : []
    })
    if (entries.length > 0) return entries
  }
  return []
}

/** The user's own pip.conf and .pypirc, where `aws codeartifact login` leaves tokens. @param isCodeArtifact - of a host */
export async function readLeftovers(
  { env, platform, home }: { readonly env: Env; readonly platform: NodeJS.Platform; readonly home: string },
  isCodeArtifact: (host: string) => boolean,
): Promise<readonly Leftover[]> {
  const pip = pipConfigs(env, platform, home).map(async (file) => inPipConfig(file, await textOf(file), isCodeArtifact))
  const pypirc = (platform === 'win32' ? win32 : posix).join(home, '.pypirc')
  return [...(await Promise.all(pip)).flat(), ...inPypirc(pypirc, await textOf(pypirc), isCodeArtifact)]
}

/** pip's files of one user (pip documentation, "Configuration Files"). */
function pipConfigs(env: Env, platform: NodeJS.Platform, home: string): string[] {
  if (platform === 'win32')
    return [win32.join(env['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'pip', 'pip.ini')]
  const config = env['XDG_CONFIG_HOME'] || posix.join(home, '.config')
  const mac = platform === 'darwin' ? [posix.join(home, 'Library/Application Support/pip/pip.conf')] : []
  return [...mac, posix.join(config, 'pip/pip.conf'), posix.join(home, '.pip/pip.conf')]
}
