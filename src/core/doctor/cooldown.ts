import type { Source } from '../repository/source.ts'
import { atLeast } from '../words/version.ts'
import { type Check, firstOf, warning } from './check.ts'

/** A tool's rule that a version is taken only some time after its upload, which CodeArtifact never tells. */
export interface Cooldown {
  readonly tool: 'poetry' | 'uv' | 'pip'
  /** As it is written: `solver.min-release-age = 7`. */
  readonly setting: string
  readonly where: string
  /** What takes it away; where it can be taken away for one index, undefined. */
  readonly remove?: string
  /** Names and URLs of the indexes that it is not for. */
  readonly except: readonly string[]
}

type Cooled = Pick<Source, 'name' | 'declaration'>

const isExcept = ({ except }: Cooldown, { name, declaration }: Cooled): boolean => {
  const bare = (text: string) => text.toLowerCase().replace(/\/+$/, '')
  return except.some((one) => bare(one) === bare(name) || bare(one) === bare(declaration?.url ?? name))
}

const effects = {
  poetry: (names: string) => `does not hold for ${names}: Poetry takes at once what has no upload time`,
  uv: (names: string) => `hides every package of ${names} from uv, which goes by upload times`,
  pip: (names: string) => `makes pip refuse every package of ${names}, for want of upload times`,
}

const remedies = {
  poetry: (names: readonly string[], { except, where }: Cooldown) =>
    `poetry config ${where.endsWith('poetry.toml') ? '--local ' : ''}solver.min-release-age-exclude-source ${[...except, ...names].join(',')}`,
  uv: (names: readonly string[]) => `Write exclude-newer = false in the [[tool.uv.index]] of ${firstOf(names)}.`,
  pip: (_: readonly string[], { remove = '' }: Cooldown) => remove,
}

/** What a rule does to the sources that it is for; undefined where it is for none. */
export function cooldownText(cooldown: Cooldown, sources: readonly Cooled[]) {
  const names = sources.filter((source) => !isExcept(cooldown, source)).map(({ name }) => name)
  if (names.length === 0) return undefined
  const { tool, setting, where } = cooldown
  const message = `${setting} (${where}) ${effects[tool](firstOf(names))}. CodeArtifact gives none.`
  return { message, fix: remedies[tool](names, cooldown) }
}

/** One warning a tool: the rule is not what it seems. @param version - Poetry's; undefined where Poetry was not found */
export const cooldownChecks = (cooldowns: readonly Cooldown[], sources: readonly Cooled[], version?: string): Check[] =>
  cooldowns.flatMap((cooldown) => {
    const text = cooldownText(cooldown, sources)
    // Before 2.4, Poetry does not know the setting, and says so itself.
    if (text === undefined || (cooldown.tool === 'poetry' && !atLeast(version ?? '2.4', '2.4'))) return []
    return [warning('cooldown', text.message, text.fix)]
  })

/** The same under `exec --for uv`, whose indexes are none of a file's: what is written there for one of them does not count. */
export function cooldownUnderExec(cooldown: Cooldown, sources: readonly Cooled[]): string | undefined {
  const text = cooldownText({ ...cooldown, except: [] }, sources)
  if (text === undefined) return undefined
  if (cooldown.tool === 'pip') return `${text.message} Take it away for this command: ${text.fix}`
  return `${text.message} Write exclude-newer-package = { NAME = false } for each of them, or take the rule away for this command: UV_EXCLUDE_NEWER=false ca-sync exec …`
}
