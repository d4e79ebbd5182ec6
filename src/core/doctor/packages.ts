import type { Installation, Installer, PoetryProgram, PoetrySite } from '../ports/poetry-python.ts'
import { isCodeArtifactHost } from '../repository/endpoint.ts'
import { CaSyncError } from '../words/errors.ts'
import { shellWord } from '../words/quote.ts'
import { atLeast } from '../words/version.ts'
import { type Check, fault, ok, warning } from './check.ts'

interface OtherTool {
  readonly what: string
  /** Where ca-sync and this package cannot be together: what would happen. */
  readonly clash?: { readonly at: (host: string) => boolean; readonly why: string }
}

const mintsItself = (name: string): OtherTool => ({ what: `${name} is installed: it asks AWS for tokens of its own.` })
/** By name: what each does, tried with Poetry 1.8.5 and 2.5.1. */
const rivals: ReadonlyMap<string, OtherTool> = new Map(
  Object.entries<OtherTool>({
    'keyrings-codeartifact': {
      what: "keyrings.codeartifact is in Poetry's Python: it answers before your keyring, and asks AWS for a token each time.",
      clash: { at: isCodeArtifactHost, why: 'Poetry would get no token from your keyring' },
    },
    'poetry-plugin-code-artifact': {
      what: 'poetry-plugin-code-artifact is installed: it adds the same sources to Poetry itself, with tokens of its own.',
      clash: {
        at: () => true,
        why: 'every Poetry command would fail beside a login in auth.toml, which ca-sync writes, or a [[tool.poetry.source]] of the same name',
      },
    },
    'poetry-codeartifact-auth-plugin': {
      ...mintsItself('poetry-codeartifact-auth-plugin'),
      clash: {
        at: (host) => isCodeArtifactHost(host) && /-.*-\d{12}\./.test(host),
        why: 'Poetry fails where a domain has a "-" in its name',
      },
    },
    ...Object.fromEntries(
      [
        'poetry-aws-plugin',
        'poetry-codeartifact',
        'poetry-codeartifact-auth',
        'poetry-codeartifact-login',
        'poetry-codeartifact-login-plugin',
        'poetry-codeartifact-plugin',
        'poetry-partifact-plugin',
      ].map((name) => [name, mintsItself(name)]),
    ),
  }),
)

/** A package's name as all its spellings have it (PEP 503). */
export const normalName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-')

/** What other tools left in Poetry's Python. @param hosts - of the project's sources */
export const packageChecks = (site: PoetrySite, hosts: readonly string[]): Check[] =>
  [...site.packages.keys()].flatMap((name) => {
    const { what, clash } = rivals.get(name) ?? {}
    if (what === undefined) return []
    const isFault = name !== 'poetry-codeartifact-auth-plugin' || hosts.some((host) => clash?.at(host))
    const text = clash && isFault ? `${what.slice(0, -1)}; ${clash.why}.` : what
    return [(clash && isFault ? fault : warning)('plugin', text, removal(name, site))]
  })

/**
 * Why nothing can be done for sources of these hosts while a package is there; undefined where none is in the way.
 * @param isKeyringAsked - a login from the keyring is what it is about
 */
export function rivalProblem(
  site: PoetrySite,
  hosts: readonly string[],
  { isKeyringAsked }: { readonly isKeyringAsked: boolean },
): CaSyncError | undefined {
  const names = [...site.packages.keys()].filter((name) => isKeyringAsked || !name.startsWith('keyrings-'))
  const name = names.find((one) => hosts.some((host) => rivals.get(one)?.clash?.at(host)))
  const { what, clash } = rivals.get(name ?? '') ?? {}
  if (name === undefined || what === undefined) return undefined
  const problem = `${what} Together with ca-sync, ${clash?.why}.`
  return new CaSyncError('PLUGIN_CLASH', problem, { hint: `Type: ${removal(name, site)}` })
}

/** @param isInjected - whoever made the site was asked to add it */
type RemovalCommand = (name: string, site: PoetrySite, isInjected: boolean) => string

const byPip =
  (option = ''): RemovalCommand =>
  (name, { python }) =>
    `${shellWord(python)} -m pip uninstall --yes ${option}${name}`
const byUv: RemovalCommand = (name, { python }) => `uv pip uninstall --python ${shellWord(python)} ${name}`

/** Without what is not named again. */
const byUvTool: RemovalCommand = (name, { packages, injected }) => {
  const others = injected.filter((each) => each !== normalName(name) && each !== 'poetry')
  return [`uv tool install --force poetry==${packages.get('poetry')}`, ...others].join(' --with ')
}

const removals: Readonly<Record<Installer, RemovalCommand>> = {
  pipx: (name, { name: venv }, isInjected) =>
    isInjected ? `pipx uninject ${venv} ${name}` : `pipx runpip ${venv} uninstall --yes ${name}`,
  'uv tool': (name, site, isInjected) => (isInjected ? byUvTool : byUv)(name, site, isInjected),
  uv: byUv,
  conda: (name, site, isInjected) =>
    isInjected ? `conda remove --yes --prefix ${shellWord(site.name)} ${name}` : byPip()(name, site, isInjected),
  Homebrew: () => 'brew reinstall poetry',
  Nix: (name) => `Take ${name} out of where your Nix configuration names Poetry, and rebuild.`,
  system: byPip('--break-system-packages '),
  pip: byPip(),
  nobody: (name, { python }) => `pip --python ${shellWord(python)} uninstall --yes ${name}`,
}

/** What takes a package out of Poetry's Python, as whoever put it there does; all of them work where Poetry itself does not start. */
export function removal(name: string, site: PoetrySite): string {
  const { ofPoetrySelf, ofSystem, poetry, installer, injected } = site
  const spelled = name.replace(/^keyrings-/, 'keyrings.')
  if (ofSystem.includes(name)) return `sudo apt-get remove python3-${spelled}`
  if (ofPoetrySelf.includes(name)) return `${shellWord(poetry)} --no-plugins self remove ${spelled}`
  return removals[installer](spelled, site, injected.includes(name))
}

export function versionCheck({ poetry, python }: PoetryProgram, { poetryVersion }: Installation): Check {
  const found = `Poetry ${poetryVersion} (${poetry}), on ${python}`
  if (atLeast(poetryVersion, '1.3')) return ok('poetry', found)
  const what = `${found} is too old: ca-sync works with 1.3 and newer.`
  return fault('poetry', what, 'Upgrade Poetry to 1.3 or newer, as you installed it.')
}
