import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

const parts = ['aws', 'poetry', 'vault', 'state', 'schedule', 'shell', 'desktop'] as const

/** Who may import whom, by the first folder (or file) below src; everybody may import itself. What is not named here may import all. */
const neighbours: Readonly<Record<string, readonly string[]>> = {
  core: [],
  files: ['core'],
  programs: ['core', 'files'],
  ...Object.fromEntries(parts.map((part) => [part, ['core', 'files', 'programs']])),
  terminal: ['core'],
  run: ['core', 'schedule', 'shell', 'state', 'terminal', 'vault'],
  desk: ['core', 'files', 'run', 'poetry', 'state'],
  machine: ['core', 'desk', 'files', 'programs', 'run', ...parts],
  survey: ['core', 'machine', 'run'],
  commands: ['core', 'machine', 'run', 'survey'],
  cli: ['core', 'files', 'run', 'desk', 'machine', 'commands', 'terminal'],
  'quick-exec': ['core', 'state', 'vault', 'shell'],
  'quick-help': ['core', 'cli'],
  'quick-hook': ['core', 'schedule', 'shell'],
  'quick-load': ['core', 'cli'],
  'quick-offers': ['core', 'poetry'],
  'quick-start': ['core', 'poetry', 'state'],
}

/** What one verb alone needs, it imports itself; what several share is a port of the machine. */
const own: Readonly<Record<string, readonly string[]>> = {
  'src/commands/locked.ts': ['desktop'],
  'src/commands/doctor/': ['poetry'],
  'src/commands/exec/': ['poetry', 'shell'],
  'src/commands/hook/': ['schedule', 'shell'],
  'src/commands/sources/': ['poetry'],
  'src/commands/status/': ['files', 'schedule', 'state'],
  'src/commands/uninstall/': ['files'],
  'src/commands/watch/': ['files', 'state'],
}

const ownOf = (file: string): readonly string[] =>
  Object.entries(own).flatMap(([place, folders]) => (file.startsWith(place) ? folders : []))

/** Packages that only some folders know. */
const packages: readonly { readonly name: RegExp; readonly folders: readonly string[]; readonly why: string }[] = [
  { name: /^@(?:aws-sdk|smithy)\//, folders: ['aws'], why: 'Only src/aws knows the AWS SDK.' },
  { name: /^keytar$/, folders: ['vault'], why: 'Only src/vault knows keytar.' },
  { name: /^@iarna\/toml(?:\/|$)/, folders: ['files', 'poetry'], why: 'TOML is read in src/files and src/poetry.' },
  { name: /^(?:node:)?child_process$/, folders: ['programs'], why: 'Only src/programs starts programs.' },
  { name: /^yargs/, folders: ['cli'], why: 'Only src/cli knows yargs.' },
  {
    name: /^node:(?!util$)/,
    folders: [...Object.keys(neighbours), 'main', 'start'].filter((folder) => folder !== 'core'),
    why: 'core is pure: no I/O.',
  },
]

/** Every import of a module, types included: static, dynamic, re-exported, required. */
const imports = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*(['"])([^'"]+)\1/g

const folderOf = (path: string): string => path.split('/')[1]?.replace(/\.ts$/, '') ?? ''

function leak(file: string, specifier: string): string | undefined {
  const from = folderOf(file)
  if (!specifier.startsWith('.'))
    return packages.find(({ name, folders }) => name.test(specifier) && !folders.includes(from))?.why
  const to = folderOf(posix.join(posix.dirname(file), specifier))
  const allowed = neighbours[from]
  if (allowed === undefined || [from, ...allowed, ...ownOf(file)].includes(to)) return undefined
  return `src/${from} may import ${allowed.map((name) => `src/${name}`).join(', ') || 'nothing but itself'}.`
}

/**
 * The imports that go against the one direction of dependencies.
 * @param path - from the top of the repository, e.g. `src/core/plan/plan.ts`
 */
export const leaks = (path: string, text: string): string[] =>
  [...text.matchAll(imports)].flatMap(([, , specifier = '']) => {
    const why = leak(path, specifier)
    return why === undefined ? [] : [`${path} imports ${specifier}: ${why}`]
  })

/** Every source file below a folder. */
export const sourceFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)

export const allLeaks = (): string[] => sourceFiles('src').flatMap((path) => leaks(path, readFileSync(path, 'utf8')))
