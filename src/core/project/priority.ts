import type { Declaration } from '../repository/source.ts'
import type { Entry } from '../toml/table.ts'
import { CaSyncError } from '../words/errors.ts'
import { quote } from '../words/quote.ts'
import { atLeast } from '../words/version.ts'

/** What Poetry calls the order in which it asks sources. */
export const priorities = ['primary', 'supplemental', 'explicit', 'default', 'secondary'] as const
export type Priority = (typeof priorities)[number]

/** How a line of Poetry's versions writes a priority, and which it has (`poetry.repositories.repository_pool.Priority`). */
interface Dialect {
  readonly since: string
  readonly keys: Readonly<Partial<Record<Priority, Entry>>>
  /** What makes Poetry leave PyPI alone, besides `explicit`, which asks nobody else for a package. */
  readonly instead: Priority
}

const keyed = (names: readonly Priority[]): Dialect['keys'] =>
  Object.fromEntries(names.map((priority) => [priority, { priority }]))

const newest: Dialect = { since: '2.0', keys: keyed(['primary', 'supplemental', 'explicit']), instead: 'primary' }
const usual: Dialect = { since: '1.8', keys: keyed(priorities), instead: 'primary' }
const middle: Dialect = { since: '1.5', keys: keyed(priorities), instead: 'default' }
const oldest: Dialect = {
  since: '0',
  keys: { primary: {}, supplemental: { secondary: true }, default: { default: true }, secondary: { secondary: true } },
  instead: 'default',
}

/** @param version - undefined where it is not known: then as most versions write it */
function dialectOf(version: string | undefined): Dialect {
  if (version === undefined) return usual
  return [newest, usual, middle].find(({ since }) => atLeast(version, since)) ?? oldest
}

/**
 * The keys that give a `[[tool.poetry.source]]` its priority, as a version of Poetry reads them.
 * @param version - Poetry's, such as `2.5.1`; undefined where it is not known
 * @throws CaSyncError USAGE
 */
export function priorityKeys(priority: Priority, version: string | undefined): Entry {
  const { keys } = dialectOf(version)
  const found = keys[priority]
  if (found !== undefined) return found
  const choices = Object.keys(keys).join(', ')
  const since = priority === 'explicit' ? ' (Poetry 1.5 and newer has)' : ''
  throw new CaSyncError('USAGE', `Poetry ${version} has no priority ${priority}${since}.`, {
    hint: `Choose one of: ${choices}. For example: ca-sync sources declare --priority primary`,
  })
}

/** What is safe by itself, or where a Poetry does not have that, what asks the source last. */
export const usualPriority = (version: string | undefined): Priority =>
  'explicit' in dialectOf(version).keys ? 'explicit' : 'supplemental'

/** What is dangerous about a priority, for a source that shares its packages' names with PyPI, and what is safe instead. */
export function confusion(priority: string, version: string | undefined) {
  const { keys, instead } = dialectOf(version)
  if (priority === 'explicit' || priority === 'default' || priority === instead) return undefined
  const asks = priority === 'primary' ? `Poetry ${version} asks PyPI, too` : 'Poetry asks PyPI first'
  return {
    danger: `With ${priority} ${asks}: whoever registers the name of one of your packages there gets installed.`,
    safe: ['explicit' in keys ? (['explicit'] as const) : [], instead].flat(),
  }
}

/** What to choose instead of a dangerous priority; `quoted` puts the words as they are written. */
export const safeWords = (safe: readonly Priority[], quoted = (word: string): string => word): string =>
  `${safe.map(quoted).join(', or ')} with PyPI as CodeArtifact's upstream`

/** Why a version of Poetry does not take the priority of a declaration; undefined where it does. */
export function priorityProblem({ priority = '', isFlag }: Pick<Declaration, 'priority' | 'isFlag'>, version?: string) {
  const { keys, since } = dialectOf(version)
  const isOldest = since === oldest.since
  if (isFlag) return since === newest.since ? `${priority} = true` : undefined
  return !isOldest && Object.hasOwn(keys, priority) ? undefined : `priority = ${quote(priority)}`
}

/** What makes a lock file current again that is older than a change of the sources, and keeps the versions in it. */
export const lockCommand = (version: string | undefined): string =>
  dialectOf(version) === newest || version === undefined ? 'poetry lock' : 'poetry lock --no-update'
