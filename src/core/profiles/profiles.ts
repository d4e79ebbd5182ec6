import { mapTable } from '../memory/state.ts'
import { type IniSections, type IniSettings, wordsOf } from './files.ts'

/** What a profile signs in with, in the order in which the AWS CLI looks. */
type SignIn = 'role' | 'web-identity' | 'sso' | 'keys' | 'login' | 'process'

export type AwsFiles = ReturnType<typeof profilesOf>

const staticKeys = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token']

/** The settings that belong to a kind of sign-in; those of the other kinds are not looked at. */
const settingsOf: Readonly<Record<SignIn, readonly string[]>> = {
  // Its keys are for itself as source_profile, or for another profile that builds on it.
  role: ['role_arn', 'source_profile', 'credential_source', ...staticKeys],
  'web-identity': ['role_arn', 'web_identity_token_file'],
  sso: ['sso_session', 'sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name'],
  keys: staticKeys,
  login: ['login_session'],
  process: ['credential_process'],
}
const signIn = new Set(Object.values(settingsOf).flat())

/** botocore's order of providers (create_credential_resolver, ProfileProviderBuilder). */
function signInOf(settings: IniSettings, credentials: IniSettings = {}): SignIn | undefined {
  const rules: readonly (readonly [SignIn, boolean])[] = [
    ['role', 'role_arn' in settings && !('web_identity_token_file' in settings)],
    ['web-identity', 'web_identity_token_file' in settings],
    ['sso', 'sso_account_id' in settings || 'sso_role_name' in settings],
    ['keys', 'aws_access_key_id' in credentials],
    ['login', 'login_session' in settings],
    ['process', 'credential_process' in settings],
    ['keys', 'aws_access_key_id' in settings],
  ]
  return rules.find(([, holds]) => holds)?.[0]
}

const sectionsOf = (sections: IniSections, prefix: string): Map<string, IniSettings> =>
  new Map(
    [...sections].flatMap(([header, settings]) => {
      const [, name, ...more] = header.startsWith(prefix) ? (wordsOf(header) ?? []) : []
      return name === undefined || more.length > 0 ? [] : [[name, settings]]
    }),
  )

/** The profiles of AWS's two files; what the credentials file says of a profile comes first. */
export function profilesOf(config: IniSections, credentials: IniSections) {
  const own = config.get('default')
  const raw = new Map([...(own ? [['default', own] as const] : []), ...sectionsOf(config, 'profile')])
  for (const [name, settings] of credentials) raw.set(name, { ...raw.get(name), ...settings })
  const sessions = sectionsOf(config, 'sso-session')
  const names = new Set([...raw.keys(), ...sessions.keys()])
  const read = [...raw].map(([name, all]) => {
    const settings = withoutRemarks(all, names)
    const kind = signInOf(settings, credentials.get(name))
    return { name, kind, settings, fault: profileFault(name, kind, settings, raw, sessions) }
  })
  return {
    /** The settings of each profile: those for signing in are only those of its kind. */
    profiles: new Map(read.map(({ name, kind, settings }) => [name, onlyOf(kind, settings)])),
    sessions: new Map([...sessions, ...read.flatMap(({ settings }) => completed(settings, sessions))]),
    services: sectionsOf(config, 'services'),
    kinds: new Map(read.flatMap(({ name, kind }) => (kind === undefined ? [] : [[name, kind]]))),
    /** Why a profile cannot be used: what follows "AWS profile … ". */
    faults: new Map(read.flatMap(({ name, fault }) => (fault === undefined ? [] : [[name, fault]]))),
    /** Sections that look like a profile and are none, by the name that is probably meant: how each would have to be written. */
    strays: straysOf(config, credentials),
  }
}

/** The SDK wants in the session itself what the CLI also takes from its profile. */
function completed({ sso_session: session = '', sso_start_url, sso_region }: IniSettings, sessions: IniSections) {
  const own = { ...(sso_start_url && { sso_start_url }), ...(sso_region && { sso_region }) }
  const found = sessions.get(session)
  return found === undefined ? [] : [[session, { ...own, ...found }] as const]
}

const onlyOf = (kind: SignIn | undefined, settings: IniSettings): IniSettings =>
  mapTable(settings, (value, key) => (!signIn.has(key) || (kind && settingsOf[kind].includes(key)) ? value : undefined))

/** Without comments after a value, which Node's SDK would cut off, too; a name with such a mark in it stays whole. */
function withoutRemarks(settings: IniSettings, names: ReadonlySet<string>): IniSettings {
  const { aws_security_token: old, ...all } = settings
  const entries = Object.entries(old === undefined ? all : { ...all, aws_session_token: old }).map(([key, value]) => {
    const whole = key === 'credential_process' || value.startsWith('\n') || names.has(value)
    return [key, whole ? value : value.split(/(?:^|\s)[;#]|\n/)[0]?.trim()]
  })
  return Object.fromEntries(entries)
}

/** To Node's SDK, which cuts a name at such a mark, and keeps sections in a plain object. */
export const isUnreadable = (name: string): boolean => /(?:^|\s)[;#]/.test(name) || name in Object.prototype
const givers = ['Environment', 'Ec2InstanceMetadata', 'EcsContainer']

function profileFault(
  name: string,
  kind: SignIn | undefined,
  settings: IniSettings,
  raw: ReadonlyMap<string, IniSettings>,
  sessions: ReadonlyMap<string, IniSettings>,
): string | undefined {
  const { source_profile: source, credential_source: from, role_arn: role, sso_session: session } = settings
  const isRole = kind === 'role'
  const rules: readonly (readonly [boolean, string])[] = [
    [isUnreadable(name), "has a name that Node's AWS SDK cannot read: rename it, without # or ;"],
    [isRole && !source && !from, 'has a role_arn, but no source_profile and no credential_source to assume it with'],
    [isRole && !!source && !!from, 'has both source_profile and credential_source: take one of them out'],
    [isRole && !!from && !givers.includes(from), `has a credential_source that is none of ${givers.join(', ')}`],
    [isRole && source !== undefined && isRound(name, raw), 'builds on itself: its source_profile leads back to it'],
    [kind === 'web-identity' && !role, 'has a web_identity_token_file, but no role_arn'],
    [kind === 'keys' && !settings['aws_secret_access_key'], 'has aws_access_key_id, but no aws_secret_access_key'],
  ]
  return rules.find(([holds]) => holds)?.[1] ?? (kind === 'sso' ? ssoFault(settings, session, sessions) : undefined)
}

function ssoFault(settings: IniSettings, session: string | undefined, sessions: ReadonlyMap<string, IniSettings>) {
  const found = session === undefined ? {} : sessions.get(session)
  if (found === undefined) return `names the SSO session "${session}", and there is no [sso-session] of that name`
  if (session !== undefined && isUnreadable(session))
    return `names the SSO session "${session}", a name that Node's AWS SDK cannot read: rename it, without # or ;`
  const other = Object.keys(found).find((key) => settings[key] !== undefined && settings[key] !== found[key])
  if (other !== undefined) return `has another ${other} than its SSO session "${session}": take one of them out`
  const missing = settingsOf.sso.slice(1).filter((key) => settings[key] === undefined && found[key] === undefined)
  return missing.length === 0 ? undefined : `is for SSO, but has no ${missing.join(', no ')}`
}

const hasKeys = (settings: IniSettings = {}): boolean => staticKeys.slice(0, 2).some((key) => key in settings)

/** Whether a link of the chain of `name` is used as a role; the keys of a profile that another builds on come first. */
export function isRoleIn(name: string, link: string, profiles: IniSections): boolean {
  const settings = profiles.get(link)
  return settings?.['role_arn'] !== undefined && (link === name || !hasKeys(settings))
}

/** A profile and the profiles whose credentials it builds on (`source_profile`), nearest first; names that do not exist end it. */
export function chainOf(name: string, profiles: IniSections): readonly string[] {
  const chain: string[] = []
  for (let next: string | undefined = name; next !== undefined && profiles.has(next) && !chain.includes(next); ) {
    chain.push(next)
    next = isRoleIn(name, next, profiles) ? profiles.get(next)?.['source_profile'] : undefined
  }
  return chain
}

/** Whether source profiles lead in a circle. A profile's own keys end it: with them, a role may build on itself. */
function isRound(name: string, raw: IniSections): boolean {
  const chain = chainOf(name, raw)
  const last = chain.at(-1) ?? name
  const next = isRoleIn(name, last, raw) ? (raw.get(last)?.['source_profile'] ?? '') : ''
  return chain.includes(next) && !hasKeys(raw.get(next))
}

/** `[dev]` in the config file, `[profile dev]` in the credentials file, `[profile My Company]` without quotes. */
function straysOf(config: IniSections, credentials: IniSections): Map<string, string> {
  const quoted = (name: string) => (/^[^\s"'\\]+$/.test(name) ? name : `"${name.replaceAll(/["\\]/g, '\\$&')}"`)
  const bare = [...config.keys()].flatMap((header): [string, string][] => {
    const name = header.replace(/^profile\s+/, '').trim()
    const isProfile = header === 'default' || sectionsOf(new Map([[header, {}]]), 'profile').size > 0
    return isProfile || /^(?:sso-session|services)/.test(header)
      ? []
      : [[name, `[profile ${quoted(name)}] in the config file, not [${header}]`]]
  })
  const prefixed = [...credentials.keys()].flatMap((header): [string, string][] => {
    const [first, name] = wordsOf(header) ?? []
    return first === 'profile' && name !== undefined
      ? [[name, `[${name}] in the credentials file, not [${header}]`]]
      : []
  })
  return new Map([...bare, ...prefixed])
}
