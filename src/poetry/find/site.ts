import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { normalName } from '../../core/doctor/packages.ts'
import { foldersOf } from '../../core/ports/full-path.ts'
import type { Installer, PoetryProgram, PoetrySite } from '../../core/ports/poetry-python.ts'
import { orElse } from '../../core/words/or-else.ts'
import { inHome, pathsOf, type Surroundings } from '../../files/places.ts'

const filesIn = (folder: string): string[] => orElse(() => readdirSync(folder).sort(), [])
const contentOf = (file: string): string => orElse(() => readFileSync(file, 'utf8'), '')

/** Looks at the folders from which Poetry's Python imports. @param configDir - Poetry's own */
export function poetrySiteOf(program: PoetryProgram, around: Surroundings, configDir: string): PoetrySite {
  const { python, poetry } = program
  const { join, dirname, basename } = pathsOf(around.platform)
  const prefix = dirname(dirname(python))
  const found = placesOf(program, prefix, around).flatMap((folder) =>
    packagesIn(folder).map((one) => ({ ...one, folder })),
  )
  const packages = new Map(found.map(({ name, version }) => [name, version]))
  const installer = installerOf(prefix, packages, (...names) => join(prefix, ...names))
  const file = join(configDir, 'pyproject.toml')
  const own = (existsSync(file) ? contentOf(file) : '').matchAll(/^\s*"?([\w.-]+)"?\s*=/gm)
  const ofPoetrySelf = new Set([...own].map(([, name = '']) => normalName(name)))
  return {
    ...{ python, poetry, installer, packages },
    name: installer === 'conda' ? prefix : basename(prefix),
    injected: injectedBy(installer, (...names) => join(prefix, ...names)),
    ofPoetrySelf: [...packages.keys()].filter((name) => ofPoetrySelf.has(name)),
    ofSystem: found.flatMap(({ name, folder }) => (/^\/usr\/lib\/python3\/dist-packages$/.test(folder) ? [name] : [])),
  }
}

type Inside = (...names: readonly string[]) => string

function installerOf(prefix: string, packages: PoetrySite['packages'], inside: Inside): Installer {
  if (existsSync(inside('pipx_metadata.json'))) return 'pipx'
  if (existsSync(inside('uv-receipt.toml'))) return 'uv tool'
  if (existsSync(inside('conda-meta'))) return 'conda'
  if (/[\\/]Cellar[\\/]/.test(prefix)) return 'Homebrew'
  if (prefix.startsWith('/nix/')) return 'Nix'
  if (filesIn(inside('lib')).some((name) => existsSync(inside('lib', name, 'EXTERNALLY-MANAGED')))) return 'system'
  if (packages.has('pip')) return 'pip'
  return /^uv = /m.test(contentOf(inside('pyvenv.cfg'))) ? 'uv' : 'nobody'
}

function injectedBy(installer: Installer, inside: Inside): string[] {
  if (installer === 'conda')
    return filesIn(inside('conda-meta')).map((name) => normalName(name.replace(/-[^-]+-[^-]+\.json$/, '')))
  if (installer === 'pipx')
    return jsonKeys(contentOf(inside('pipx_metadata.json')), 'injected_packages').map(normalName)
  const [asked = ''] = contentOf(inside('uv-receipt.toml')).split('entrypoints')
  return [...asked.matchAll(/name = "([^"]+)"/g)].map(([, name = '']) => normalName(name))
}

const jsonKeys = (json: string, key: string): string[] => orElse(() => Object.keys(JSON.parse(json)[key]), [])

/** The folders of `sys.path`: those that a launcher told, else those of a venv or of the system, and what their .pth files add. */
function placesOf({ python, start }: PoetryProgram, prefix: string, around: Surroundings): string[] {
  if (start !== undefined && start.path.length > 0) return [...start.path]
  const { env, platform } = around
  const { join } = pathsOf(platform)
  const below = (folder: string, ...names: string[]) =>
    filesIn(join(folder, 'lib'))
      .filter((name) => name.startsWith('python'))
      .map((name) => join(folder, 'lib', name, ...names))
  const own = [...below(prefix, 'site-packages'), join(prefix, 'Lib', 'site-packages')]
  const isVenv = existsSync(join(prefix, 'pyvenv.cfg'))
  const version = /\d\.\d+$/.exec(isVenv ? '' : realpathSync(python))?.[0] ?? ''
  const userBase = env['PYTHONUSERBASE'] || inHome(around, '.local')
  const shared = [
    ...below(userBase, 'site-packages'),
    ...below('/usr/local', 'dist-packages'),
    '/usr/lib/python3/dist-packages',
  ]
  const isIts = (folder: string) => folder.includes(`python${version}`) || folder.includes('python3/')
  const sites = [...own, ...(isVenv ? [] : shared.filter(isIts))]
  const added = sites.flatMap((site) =>
    filesIn(site)
      .filter((name) => name.endsWith('.pth'))
      .flatMap((name) => foldersOf(contentOf(join(site, name)).split(/\r?\n/).join(':'), platform)),
  )
  return [...new Set([...foldersOf(env['PYTHONPATH'] ?? '', platform), ...sites, ...added])]
}

function packagesIn(folder: string): { name: string; version: string }[] {
  return filesIn(folder).flatMap((entry) => {
    const [, name, version] = /^([^-]+)-([^-]+)(?:-[^-]+)*\.(?:dist|egg)-info$/.exec(entry) ?? []
    return name === undefined || version === undefined ? [] : [{ name: normalName(name), version }]
  })
}
