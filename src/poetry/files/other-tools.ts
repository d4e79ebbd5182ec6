import { join, win32 } from 'node:path'
import { textStamp } from '../../core/memory/text-stamp.ts'
import { place } from '../../core/ports/full-path.ts'
import { readSections } from '../../core/profiles/files.ts'
import { type NetrcEntry, netrcMachines } from '../../core/verdict/netrc.ts'
import { configHome, inHome, localAppData, type Surroundings } from '../../files/places.ts'
import { readText } from '../../files/read.ts'

/** A file that cannot be read says nothing: its own tool tells why. */
export const textOf = async (file: string): Promise<string> => (await readText(file).catch(() => undefined)) ?? ''

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

/** The variable beats the file, also an empty one: of that Python's keyring dies. */
const isNamed = ({ env }: Surroundings): boolean => env['PYTHON_KEYRING_BACKEND'] !== undefined

export async function backendChoice(around: Surroundings): Promise<string> {
  if (isNamed(around)) return around.env['PYTHON_KEYRING_BACKEND'] || '""'
  const text = await textOf(keyringFile(around))
  // One that keeps nothing is told as what shadows a source.
  return text === '' || noBackend.test(backendIn(text) ?? '') ? '' : textStamp(text)
}

/** The backend that is chosen in that file, where no variable does. Which can be used, only Poetry's Python knows. */
export const backendOfFile = async (around: Surroundings): Promise<string | undefined> =>
  isNamed(around) ? undefined : backendIn(await textOf(keyringFile(around)))

const backendIn = (text: string): string | undefined => readSections(text).get('backend')?.['default-keyring']

/** Python's backends that are none. */
export const noBackend = /^keyring\.backends\.(?:null|fail)\.Keyring$/
