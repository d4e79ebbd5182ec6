import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../core/ports/host.ts'
import type { Programs } from '../core/ports/schedule.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { orElse } from '../core/words/or-else.ts'
import { present } from '../core/words/present.ts'
import { onPath, type Search } from '../programs/find.ts'

interface PathOptions extends Search {
  /** Where `path` leads, links followed; undefined when it is not there. */
  readonly real: (path: string) => string | undefined
  /** What writes the paths again: `ca-sync schedule install` unless said. */
  readonly command?: string
}

const usualCommand = 'ca-sync schedule install'

/** A path for a job, which must still be right after upgrades. */
interface StablePath {
  readonly path: string
  readonly warning?: string
}

/** Caches of one-time runs (uvx and pipx run, too), and folders that live as long as a shell. */
const ephemeral =
  /[\\/](?:_npx|fnm_multishells|dlx|dlx-[^\\/]+|bunx-[^\\/]+|xfs-[^\\/]+|yarn--\d[^\\/]*|(?:archive|environments)-v\d+|pipx[\\/](?:\.cache|Cache|[\da-f]{15})|\.cache[\\/]pipx)[\\/]|[\\/]node_modules[\\/]\.bin[\\/]/

/** A folder of one version, which goes at some upgrade: Homebrew's Cellar, nvm, fnm, asdf, nix. */
const versioned = /[\\/]Cellar[\\/]|^\/nix\/store\/|[\\/][^\\/]*\d+\.\d+\.\d+[^\\/]*[\\/]/

/** Where the tools that keep one folder a version keep a name for the newest one, too. */
const lasting: readonly (readonly [folder: RegExp, name: string])[] = [
  [/\/Cellar\/([^/]+)\/[^/]+\//, '/opt/$1/'],
  [/\/fnm\/node-versions\/[^/]+\/installation\//, '/fnm/aliases/default/'],
  [/\/mise\/installs\/node\/(\d+)\.[^/]+\//, '/mise/installs/node/$1/'],
  [/\/\.pnpm\/ca-sync@[^/]+\/node_modules\//, '/node_modules/'],
]

const voltaNode = /\/tools\/image\/node\/[^/]+\/bin\/node$/

export const isEphemeral = (path: string): boolean => ephemeral.test(path)

/**
 * A path of the running Node that outlives its upgrade. `process.execPath` has all links followed, so it often is a versioned one.
 * @param nodePath - `process.execPath`
 */
export function stableNode(nodePath: string, options: PathOptions): StablePath {
  // Volta's shim is no link to Node, but starts its default one.
  const shim = nodePath.replace(voltaNode, '/bin/node')
  if (shim !== nodePath && options.real(shim) !== undefined) return { path: shim }
  const name = options.platform === 'win32' ? 'node.exe' : 'node'
  return chooseStable(nodePath, [...onPath(name, options), ...homes], options, 'Node', (path) => {
    const what = `Node runs from ${path}, which does not outlive this shell: a job would not find it tomorrow.`
    throw new CaSyncError('SCHEDULE_REFUSED', what, {
      hint: `Install Node (https://nodejs.org, or your package manager), then type: ${options.command ?? usualCommand}`,
    })
  })
}

/** In a Python environment: its packages are in a folder of Python's version, on Linux and macOS (for a user of macOS, below one); its commands are not. */
const wheel =
  /^(.+)[\\/]lib(?:64)?[\\/](?:(?:python|pypy|graalpy)[^\\/]*[\\/])?(?:site|dist)-packages[\\/]ca_sync[\\/]/i

/**
 * What starts ca-sync where it was installed as a Python package: the environment's command, which finds its own Node after any upgrade.
 * @param program - the program's file, links followed
 */
export function pythonCommand(program: string, { real, platform }: PathOptions): Programs | undefined {
  const environment = wheel.exec(program)?.[1]
  const command = `${environment}/bin/ca-sync`
  if (environment === undefined || platform === 'win32' || isEphemeral(program)) return undefined
  return real(command) === undefined ? undefined : { node: '/usr/bin/env', program: command }
}

const homes = ['/opt/homebrew/bin/node', '/home/linuxbrew/.linuxbrew/bin/node', '/usr/local/bin/node', '/usr/bin/node']

/**
 * A path of the built program that outlives its upgrade.
 * @param program - the program's file, links followed
 * @throws CaSyncError SCHEDULE_REFUSED when it runs from a cache of npx, pnpm dlx and the like
 */
export function stableProgram(program: string, options: PathOptions): StablePath {
  const installer = wheel.test(program) ? 'uv tool install' : 'npm install --global'
  return chooseStable(program, onPath('ca-sync', options), options, 'ca-sync', (path) => {
    const what = `ca-sync runs from a cache (${path}) that may be emptied at any time: a job would not find it then.`
    throw new CaSyncError('SCHEDULE_REFUSED', what, {
      hint: `Type: ${installer} ca-sync && ${options.command ?? usualCommand}`,
    })
  })
}

/** The first name of `path` that stays, else one that lasts until an upgrade, with a warning. */
function chooseStable(
  path: string,
  names: readonly string[],
  { real, command = usualCommand }: PathOptions,
  what: string,
  refuse: (path: string) => never,
): StablePath {
  const target = real(path) ?? path
  const derived = lasting.map(([folder, name]) => target.replace(folder, name))
  const usable = [...names, ...derived, path].filter((one) => !isEphemeral(one) && real(one) === target)
  const chosen = usable.find((one) => !versioned.test(one)) ?? usable[0] ?? refuse(path)
  if (!versioned.test(chosen)) return { path: chosen }
  const again = `When you upgraded it, type: ${command}`
  return { path: chosen, warning: `The job uses ${what} at ${chosen}, the folder of one version. ${again}` }
}

export type ProgramPlace = Pick<Host, 'env' | 'platform' | 'nodePath' | 'programDir'>

/** Paths of this Node and this program that outlive upgrades as well as this machine allows, and what to know of them, as whole sentences.
 * @param command - what writes them again, for messages
 * @throws CaSyncError SCHEDULE_REFUSED when there are none */
export function stablePrograms({ env, platform, nodePath, programDir }: ProgramPlace, command?: string) {
  const options = present({ env, platform, real: realPath, command })
  const main = join(programDir, 'main.cjs')
  const packaged = pythonCommand(main, options)
  if (packaged !== undefined) return { programs: packaged, warnings: [] }
  const program = stableProgram(main, options)
  const node = stableNode(nodePath, options)
  return {
    programs: { node: node.path, program: program.path },
    warnings: [node.warning, program.warning].filter((one) => one !== undefined),
  }
}

const realPath = (path: string): string | undefined => orElse(() => realpathSync(path), undefined)
