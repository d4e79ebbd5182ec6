import { accessSync, constants, statSync } from 'node:fs'
import { foldersOf, variable } from '../core/ports/full-path.ts'
import { orElse } from '../core/words/or-else.ts'
import { pathsOf, type Surroundings } from '../files/places.ts'

export type Search = Pick<Surroundings, 'env' | 'platform'>

const usualExtensions = '.COM;.EXE;.BAT;.CMD'

/** The files that a name may mean in a folder; Windows takes only those with an extension of PATHEXT. */
function fileNames(name: string, { env, platform }: Search): string[] {
  if (platform !== 'win32') return [name]
  const endings = (variable(env, 'PATHEXT', platform) || usualExtensions).split(';').filter((ending) => ending !== '')
  const hasEnding = endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()))
  return [...(hasEnding ? [name] : []), ...endings.map((ending) => name + ending.toLowerCase())]
}

/**
 * Where a program may be on PATH, in order. Unlike the systems themselves this never looks into the current folder, by an empty or
 * relative entry or, on Windows, before all else: a cloned project may have a `poetry.exe`.
 */
export function onPath(name: string, search: Search): string[] {
  const { env, platform } = search
  const names = fileNames(name, search)
  return foldersOf(variable(env, 'PATH', platform) ?? '', platform).flatMap((folder) =>
    names.map((file) => pathsOf(platform).join(folder, file)),
  )
}

/** What a command of the user's may mean, in order. Words with a separator are a path, and the user's explicit choice. */
export function candidates(command: string, search: Search): string[] {
  const isPath = search.platform === 'win32' ? /[/\\:]/ : /\//
  if (command === '') return []
  return isPath.test(command) ? fileNames(command, search) : onPath(command, search)
}

/** Whether a path is a file that this user may run. */
export const isProgram = (path: string): boolean =>
  orElse(() => accessSync(path, constants.X_OK) === undefined && statSync(path).isFile(), false)
