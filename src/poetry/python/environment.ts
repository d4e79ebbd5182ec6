import { foldersOf, separator } from '../../core/ports/full-path.ts'
import type { Variables } from '../../core/variables/names.ts'
import { isInside } from '../../files/place.ts'
import type { Around } from '../../programs/environment.ts'

const pathLists = ['PYTHONPATH', 'PYTHONUSERBASE', 'PYTHONHOME']

/** What of the user's environment decides which packages Poetry's Python finds, without what would be found in a project. */
export function pythonVariables({ env, platform }: Omit<Around, 'uid'>, projects: readonly string[]): Variables {
  const kept = pathLists.flatMap((name) => {
    const folders = foldersOf(env[name] ?? '', platform).filter(
      (folder) => !projects.some((project) => isInside(folder, project)),
    )
    return folders.length === 0 ? [] : [[name, folders.join(separator(platform))] as const]
  })
  const noUserSite = env['PYTHONNOUSERSITE']
  return { ...Object.fromEntries(kept), ...(noUserSite ? { PYTHONNOUSERSITE: noUserSite } : {}) }
}
