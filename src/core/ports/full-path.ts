import { CaSyncError } from '../words/errors.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** A path that means the same from every folder; on Windows that takes a drive or a server (`\\tools` does not). */
export const isFull = (path: string, platform: NodeJS.Platform): boolean =>
  platform === 'win32' ? /^(?:[a-z]:[\\/]|\\\\)/i.test(path) : path.startsWith('/')

/** Windows does not mind the case of a variable's name, a copy of its environment does. */
export function variable(env: Env, name: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32') return env[name]
  return Object.entries(env).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
}

/** The folder or file that a variable names; none where that would be another one from each folder (XDG Base Directory Specification). */
export function place(env: Env, name: string, platform: NodeJS.Platform): string | undefined {
  const path = variable(env, name, platform)
  return path !== undefined && isFull(path, platform) ? path : undefined
}

/** The folders of a list such as PATH, in order, without those that would mean the current one or one in it. */
export const foldersOf = (list: string, platform: NodeJS.Platform): string[] =>
  list
    .split(separator(platform))
    .map((folder) => (platform === 'win32' ? folder.replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => isFull(folder, platform))

export const separator = (platform: NodeJS.Platform): string => (platform === 'win32' ? ';' : ':')

/** Ours, and those of what we start. A variable that chooses an identity, a program or Poetry's files is refused where it is used instead. */
const places =
  /^(?:HOME|USERPROFILE|(?:LOCAL)?APPDATA|ZDOTDIR|NETRC|BASH_ENV|CA_SYNC_STATE_DIR|POETRY_HOME|(?:XDG|PIPX|UV|PYENV|ASDF|MISE)_\w*(?:HOME|DIR|ROOT))$/
const lists = /^(?:PATH|LD_LIBRARY_PATH|XDG_\w+_DIRS)$/

/** What programs find where PATH is not set; an empty one would mean the current folder to them. */
const usualPath = '/usr/bin:/bin'

/**
 * The variables of an environment that would lead into the current folder, which may be a stranger's, with what each has to be instead. A
 * place is then as if it were not set, and a list has its full paths only.
 */
export function misleading(env: Env, platform: NodeJS.Platform): readonly (readonly [string, string | undefined])[] {
  const usual = platform === 'win32' ? {} : { PATH: usualPath }
  return Object.entries({ ...usual, ...env }).flatMap(([name, value = '']) => {
    // In any case on Windows; a pattern that does not mind it takes a start longer to make than one of capitals.
    const known = name.toUpperCase()
    if (places.test(known)) return isFull(value, platform) ? [] : [[name, undefined]]
    if (!lists.test(known)) return []
    const sound = foldersOf(value, platform).join(separator(platform)) || (usual as Env)[name]
    return sound === env[name] ? [] : [[name, sound]]
  })
}

/** Of those, the ones that ca-sync itself would go by, as they were set. */
export const ignoredOf = (misled: ReturnType<typeof misleading>, given: Env): Env =>
  Object.fromEntries(misled.flatMap(([name]) => (given[name] && ownPlaces.test(name) ? [[name, given[name]]] : [])))
const ownPlaces = /^(?:HOME|USERPROFILE|(?:LOCAL)?APPDATA|CA_SYNC_\w+|XDG_(?:CONFIG|STATE)_HOME)$/i

/** The user's home, which is empty where there is none. @throws CaSyncError HOME_UNKNOWN */
export function homeOf({ home, platform }: { readonly home: string; readonly platform: NodeJS.Platform }): string {
  if (home !== '') return home
  const [name, type] =
    platform === 'win32' ? ['USERPROFILE', 'set USERPROFILE=C:\\path\\to\\it'] : ['HOME', 'export HOME=/path/to/it']
  const message = `You have no home folder: ${name} names none, and neither does the system's list of users.`
  throw new CaSyncError('HOME_UNKNOWN', message, { hint: `Type: ${type}` })
}
