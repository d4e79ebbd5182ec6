import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Presence } from '../core/memory/absence.ts'
import type { ReadSources } from '../core/plan/conflicts.ts'
import type { Project, ProjectPlace } from '../core/ports/project.ts'
import { readDeclarations, withoutPlace } from '../core/project/declarations.ts'
import { readAnySources, readSources } from '../core/project/sources.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { orElse } from '../core/words/or-else.ts'
import { printable, shellWord } from '../core/words/quote.ts'
import { codeOf, readRegular } from '../files/regular.ts'
import { realFolder } from '../files/spelling.ts'
import { whileSame } from '../files/stamp.ts'
import { readPyproject } from './files/pyproject.ts'

/**
 * The path of the nearest pyproject.toml, from a folder upwards, as Poetry looks for it. It may be unreadable or no file:
 * reading it says so. Throws CaSyncError PROJECT_NOT_FOUND.
 */
export function findPyproject(folder: string): string {
  const start = resolve(folder)
  if (kindAt(start) !== 'folder')
    throw new CaSyncError('PROJECT_NOT_FOUND', `${printable(start)} is not a folder.`, {
      hint: 'Name the folder of a Poetry project: ca-sync -C DIR',
    })
  for (let here = start; ; here = dirname(here)) {
    const candidate = join(here, 'pyproject.toml')
    // A folder that may not be searched counts as empty, as for Poetry.
    if (!['nothing', 'hidden'].includes(kindAt(candidate))) return candidate
    if (here === dirname(here)) break
  }
  const what = `There is no pyproject.toml in ${printable(start)} or in a folder above it.`
  throw new CaSyncError('PROJECT_NOT_FOUND', what, {
    hint: 'Go to your Poetry project, or name its folder: ca-sync -C DIR',
  })
}

/** `hidden` where the system does not let us look. */
function kindAt(path: string): 'folder' | 'file' | 'nothing' | 'hidden' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? 'nothing' : 'hidden'
  }
}

/** @param folder - of a project, as its full path */
function presenceOf(folder: string): Presence {
  const found = kindAt(join(folder, 'pyproject.toml'))
  if (found !== 'nothing') return found === 'hidden' ? 'unseen' : 'there'
  return kindAt(dirname(folder)) === 'folder' ? 'gone' : 'unseen'
}

/** @throws CaSyncError PROJECT_NOT_FOUND */
function resolveFolder(cwd: string, folder = '.'): string {
  if (cwd !== '' || isAbsolute(folder)) return resolve(cwd, folder)
  throw new CaSyncError('PROJECT_NOT_FOUND', 'The current folder does not exist any more.', {
    hint: 'Go to your Poetry project, or name its folder in full: ca-sync -C /path/to/project',
  })
}

type Pyproject = Pick<Project, 'document' | 'isMarked'>

function readProject(text: Pyproject, { file, folder }: ProjectPlace, read: typeof readSources): Project {
  const { document } = text
  return {
    file,
    folder,
    ...text,
    declarations: readDeclarations(document, file).map(withoutPlace),
    ...read(document, file),
  }
}

/** @param folder - in full */
const placeAt = (folder: string): ProjectPlace => ({ folder, file: join(folder, 'pyproject.toml') })

/** The nearest folder above one whose pyproject.toml names sources. */
function projectAbove(folder: string, sourcesOf: (folder: string) => ReadSources): string | undefined {
  const parent = dirname(folder)
  if (parent === folder) return undefined
  return sourcesOf(parent)?.length ? parent : projectAbove(parent, sourcesOf)
}

/** Below a project there may be files for other tools, which Poetry takes for a project, too. */
function meantAbove({ file }: ProjectPlace, above: string): CaSyncError {
  const what = `${printable(file)} names no CodeArtifact source, but the project above it does: ${printable(above)}`
  return new CaSyncError('NO_SOURCES', what, { hint: `Type: ca-sync -C ${shellWord(above)}` })
}

/** Poetry's projects on this machine. A folder is named from the current one. @param cwd - that; empty where it is gone */
export function createProjects(cwd: string) {
  const pyproject = whileSame(readPyproject)
  const known = new Map<string, ReadSources>()
  const readAny = (place: ProjectPlace) => readProject(pyproject(place.file), place, readAnySources)

  function sourcesOf(folder: string): ReadSources {
    const read = orElse(() => readAny(placeAt(folder)), undefined)
    // What it means by its names is not known where none can be served.
    return read?.sources.length === 0 && read.unfit.length > 0 ? undefined : read?.sources
  }

  return {
    /** The project whose pyproject.toml is the nearest, from a folder upwards. Throws CaSyncError PROJECT_NOT_FOUND. */
    find(folder: string | undefined): ProjectPlace {
      const file = findPyproject(resolveFolder(cwd, folder))
      return { file, folder: realFolder(dirname(file)) }
    },
    /** The real path of a folder; what is none keeps the path it was named by. Throws CaSyncError PROJECT_NOT_FOUND where the current one is gone. */
    folder(named: string | undefined) {
      const path = resolveFolder(cwd, named)
      const isFolder = kindAt(path) === 'folder'
      return { path: isFolder ? realFolder(path) : path, isFolder }
    },
    /** The one in a folder, whether or not it is there. */
    at: placeAt,
    presence: presenceOf,
    hasLock: (folder: string): boolean => existsSync(join(folder, 'poetry.lock')),
    /** Throws CaSyncError PYPROJECT_INVALID, SOURCE_INVALID, NO_SOURCES. */
    read(place: ProjectPlace): Project {
      try {
        return readProject(pyproject(place.file), place, readSources)
      } catch (error) {
        const isBare = error instanceof CaSyncError && error.code === 'NO_SOURCES'
        const above = isBare ? projectAbove(place.folder, sourcesOf) : undefined
        throw above === undefined ? error : meantAbove(place, above)
      }
    },
    /** The same for a project that may have no source yet. */
    readAny,
    /** The first line, from 1, of a project's file in which something is. */
    lineOf: (file: string, what: RegExp): number | undefined =>
      readRegular(file)
        .toString()
        .split('\n')
        .findIndex((line) => what.test(line)) + 1 || undefined,
    /** What a project names; looked at once, until `forget`. */
    reading(folder: string): ReadSources {
      if (!known.has(folder)) known.set(folder, sourcesOf(folder))
      return known.get(folder)
    },
    forget: () => known.clear(),
  }
}
