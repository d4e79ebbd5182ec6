import type { Env } from '../ports/full-path.ts'
import { type Identity, identityKey } from '../repository/identity.ts'
import { defaultRefreshBefore, parseDuration, parseRefreshBefore, type RefreshBefore } from '../words/duration.ts'
import { CaSyncError, caughtNow } from '../words/errors.ts'
import { closest } from '../words/suggest.ts'
import { isTable } from './document.ts'

/** What can be set by flag, and as a default in the user's own config.toml. */
export interface Settings {
  readonly profile?: string
  readonly roleArn?: string
  /** Seconds; 0 for the life of the role session. */
  readonly durationSeconds?: number
  readonly refreshBefore?: RefreshBefore
}

/** The user's own ca-sync/config.toml. Domains are keyed `domain/owner`. */
export interface UserConfig extends Settings {
  readonly notify: boolean
  readonly domains: ReadonlyMap<string, Settings>
  readonly sources: ReadonlyMap<string, Settings>
}

export const emptyUserConfig: UserConfig = { notify: false, domains: new Map(), sources: new Map() }

export const roleArnPattern = /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,600}$/

/** @throws CaSyncError USAGE */
export function parseRoleArn(text: string, where: string): string {
  if (roleArnPattern.test(text)) return text
  const what = `${where}: ${JSON.stringify(text)} is not the ARN of an IAM role.`
  throw new CaSyncError('USAGE', what, { hint: 'It looks like arn:aws:iam::123456789012:role/NAME.' })
}

const readers: Record<string, (text: string, where: string) => Settings> = {
  profile: (profile) => ({ profile }),
  'role-arn': (text, where) => ({ roleArn: parseRoleArn(text, where) }),
  duration: (text, where) => ({ durationSeconds: parseDuration(text, where) }),
  'refresh-before': (text, where) => ({ refreshBefore: parseRefreshBefore(text, where) }),
}
type Flags = Partial<Record<'profile' | 'roleArn' | 'duration' | 'refreshBefore', string | undefined>>

/** Of the command line. @throws CaSyncError USAGE */
export function readFlags({ profile, roleArn, duration, refreshBefore }: Flags): Settings {
  if (profile === '')
    throw new CaSyncError('USAGE', '--profile needs a name.', { hint: 'Type: aws configure list-profiles' })
  const given = Object.entries({ profile, 'role-arn': roleArn, duration, 'refresh-before': refreshBefore })
  return Object.assign(
    {},
    ...given.map(([name, text]) => (text === undefined ? {} : readers[name]?.(text, `--${name}`))),
  )
}

const ofAll = ['notify', 'domains', 'sources']

/** The line of a key or table, from 1. */
type LineOf = (keys: readonly string[]) => number | undefined

/** A key or table of the file: in words, and as ` (line 3)`. */
interface Spot {
  readonly says: string
  line(): string
  under(key: string, shown?: string): Spot
}

const spotOf = (lineOf: LineOf, says: string, keys: readonly string[] = []): Spot => ({
  says,
  line() {
    const line = lineOf(keys)
    return line === undefined ? '' : ` (line ${line})`
  },
  under: (key, shown = key) => spotOf(lineOf, `${says}${keys.length === 1 ? '.' : ': '}${shown}`, [...keys, key]),
})

const settingsHint = `Settings are ${[...Object.keys(readers), 'notify'].join(', ')}; tables are [domains."NAME/OWNER"] and [sources.NAME].`

const invalidSetting = (spot: Spot, why: string, hint = settingsHint): CaSyncError =>
  new CaSyncError('CONFIG_INVALID', `${spot.says}: ${why}${spot.line()}.`, { hint })

function readSettings(table: Record<string, unknown>, spot: Spot, others: readonly string[] = []): Settings {
  const keys = Object.keys(table).filter((key) => !others.includes(key))
  return Object.assign({}, ...keys.map((key) => readSetting(key, table[key], spot, others)))
}

function readSetting(key: string, value: unknown, table: Spot, others: readonly string[]): Settings {
  const read = Object.hasOwn(readers, key) ? readers[key] : undefined
  if (read === undefined) {
    const meant = closest(key, [...Object.keys(readers), ...others])
    const hint = meant === undefined ? settingsHint : `Did you mean ${meant}?`
    throw invalidSetting(table.under(key, JSON.stringify(key)), 'this setting is not known', hint)
  }
  const spot = table.under(key)
  const text = typeof value === 'number' && Number.isInteger(value) ? String(value) : value
  if (typeof text !== 'string' || text === '') throw invalidSetting(spot, 'it must be a text')
  const found = caughtNow(() => read(text, spot.says))
  if (!(found instanceof CaSyncError)) return found
  throw new CaSyncError('CONFIG_INVALID', found.message.replace(/\.$/, `${spot.line()}.`), { hint: found.hint })
}

function readTables(table: unknown, spot: Spot): ReadonlyMap<string, Settings> {
  if (table === undefined) return new Map()
  if (!isTable(table)) throw invalidSetting(spot, 'it must be a table')
  return new Map(
    Object.entries(table).map(([name, value]) => {
      if (!isTable(value)) throw invalidSetting(spot.under(name), 'it must be a table')
      return [name, readSettings(value, spot.under(name))]
    }),
  )
}

/** A key that no source can have would be passed by in silence. */
function checkDomains(domains: ReadonlyMap<string, Settings>, spot: Spot): ReadonlyMap<string, Settings> {
  const wrong = [...domains.keys()].find((key) => !/^[^/]+\/\d{12}$/.test(key))
  if (wrong !== undefined) throw invalidSetting(spot.under(wrong), 'the owner, an AWS account of 12 digits, is missing')
  return domains
}

function readSwitch(value: unknown, spot: Spot): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true
  throw invalidSetting(spot, 'it must be true or false')
}

/**
 * The user's own settings, from the parsed ca-sync/config.toml.
 * @throws CaSyncError CONFIG_INVALID naming the file, the key and its line
 */
export function readUserConfig(document: unknown, file: string, lineOf: LineOf = () => undefined): UserConfig {
  if (!isTable(document)) return emptyUserConfig
  const top = spotOf(lineOf, file)
  const domains = top.under('domains')
  return {
    ...readSettings(document, top, ofAll),
    notify: readSwitch(document['notify'], top.under('notify')),
    domains: checkDomains(readTables(document['domains'], domains), domains),
    sources: readTables(document['sources'], top.under('sources')),
  }
}

/** What the settings of one source are chosen from, besides the user's config. */
export interface Choices {
  readonly flags: Settings
  /** The base that keys in the environment, AWS_DEFAULT_PROFILE or AWS_PROFILE ask for. */
  readonly environment?: Identity['base']
  readonly recorded?: Identity
}

/** The profile that an environment names; the AWS CLI prefers the older variable. */
export const chosenProfile = (env: Env): string | undefined =>
  env['AWS_DEFAULT_PROFILE'] || env['AWS_PROFILE'] || undefined

/** Keys win over a profile, as in the AWS CLI; Node's SDK by itself would have it the other way round. */
export function environmentBase(env: Env): Identity['base'] | undefined {
  if (env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']) return { kind: 'environment' }
  return profileBase(chosenProfile(env))
}

type Configurable = { readonly name: string; readonly domain: string; readonly owner?: string | undefined }

/** The user config's settings for one source: the source's own, then its domain's, then the general ones. */
export function configured(config: UserConfig, source: Configurable): Settings {
  const { notify: _, domains, sources, ...general } = config
  return { ...general, ...domainSettings(domains, source), ...sources.get(source.name) }
}

/** Where the pyproject names no owner, only one domain of that name can be meant. @throws CaSyncError CONFIG_INVALID */
function domainSettings(domains: UserConfig['domains'], { name, domain, owner }: Configurable): Settings | undefined {
  if (owner !== undefined) return domains.get(`${domain}/${owner}`)
  const keys = [...domains.keys()].filter((key) => key.startsWith(`${domain}/`))
  if (keys.length < 2) return domains.get(keys[0] ?? '')
  const what = `Source ${name} names no owner, and your settings have several domains of that name: ${keys.join(', ')}.`
  throw new CaSyncError('CONFIG_INVALID', what, { hint: 'Name the owner of the domain in pyproject.toml.' })
}

const profileBase = (profile: string | undefined): Identity['base'] | undefined =>
  profile === undefined ? undefined : { kind: 'profile', profile }

const isSameBase = (a: Identity['base'], b: Identity['base']): boolean =>
  identityKey({ base: a }) === identityKey({ base: b })

/** Flags > environment > user config > what the source was last synced with > the default chain. */
export function chooseIdentity(config: Settings, { flags, environment, recorded }: Choices): Identity {
  const chosen = profileBase(flags.profile) ?? environment ?? profileBase(config.profile)
  const base = chosen ?? recorded?.base ?? { kind: 'default' }
  const same = flags.profile === undefined && recorded !== undefined && isSameBase(base, recorded.base)
  const roleArn = flags.roleArn ?? config.roleArn ?? (same ? recorded.roleArn : undefined)
  return roleArn === undefined ? { base } : { base, roleArn }
}

export const chooseRefreshBefore = ({ refreshBefore }: Settings): RefreshBefore => refreshBefore ?? defaultRefreshBefore
