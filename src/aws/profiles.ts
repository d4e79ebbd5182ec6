import { join } from 'node:path'
import { getHomeDir, parseKnownFiles } from '@smithy/core/config'
import { isFull } from '../core/ports/full-path.ts'
import type { Identity } from '../core/repository/identity.ts'
import type { CaSyncError } from '../core/words/errors.ts'
import { closest } from '../core/words/suggest.ts'
import { refusal } from './errors/refusal.ts'

type Section = Readonly<Record<string, string | undefined>>
export type Profiles = Readonly<Record<string, Section>>

/** The profiles of the AWS config and credentials files, merged as the SDK merges them; files that cannot be read count as empty. */
export function readProfiles(env: NodeJS.ProcessEnv): Promise<Profiles> {
  const { config, credentials } = profileFiles(env)
  return parseKnownFiles({ configFilepath: config, filepath: credentials, ignoreCache: true })
}

function profileFiles(env: NodeJS.ProcessEnv) {
  const aws = join(getHomeDir(), '.aws')
  return {
    config: env['AWS_CONFIG_FILE'] || join(aws, 'config'),
    credentials: env['AWS_SHARED_CREDENTIALS_FILE'] || join(aws, 'credentials'),
  }
}

/**
 * Refuses a file of AWS's that is named by a relative path. In a stranger's project that would be the stranger's, whose config may start programs;
 * and without it the calls would be made as somebody else than the user meant.
 */
export function checkFiles(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): void {
  for (const [name, value] of Object.entries(env)) {
    if (!value || !/^AWS_\w+_(?:FILE|DIRECTORY|BUNDLE)$/i.test(name) || isFull(value, platform)) continue
    throw refusal(
      'AWS_FAILED',
      `${name} is ${value}, which would be another one in each folder`,
      'Set it to a full path, or unset it',
    )
  }
}

/** The profile that a base means; undefined for keys in the environment, which are no profile's. */
export function profileOf(base: Identity['base']): string | undefined {
  if (base.kind === 'environment') return undefined
  return base.kind === 'profile' ? base.profile : 'default'
}

/** A profile and the profiles whose credentials it builds on (`source_profile`), nearest first; names that do not exist end it. */
export function chainOf(name: string, profiles: Profiles): readonly string[] {
  const chain: string[] = []
  for (let next: string | undefined = name; next !== undefined && profiles[next] && !chain.includes(next); ) {
    chain.push(next)
    next = isRole(next, name, profiles) ? profiles[next]?.['source_profile'] : undefined
  }
  return chain
}

/** Whether a link of the chain of `name` is used as a role; the keys of a profile that another builds on come first. */
const isRole = (link: string, name: string, profiles: Profiles): boolean =>
  profiles[link]?.['role_arn'] !== undefined && (link === name || profiles[link]['aws_access_key_id'] === undefined)

/** The profile of a chain that has one of these settings, and so decides how to sign in. */
export function holderOf(
  name: string | undefined,
  profiles: Profiles,
  ...settings: readonly string[]
): string | undefined {
  if (name === undefined) return undefined
  return chainOf(name, profiles).findLast((link) => settings.some((setting) => profiles[link]?.[setting] !== undefined))
}

/**
 * Refuses, before any call, a profile that does not exist or that would ask for an MFA code.
 * The SDK would go on without the first, and ends the process on some of the second (an unhandled rejection).
 */
export function checkProfile(name: string, profiles: Profiles, env: NodeJS.ProcessEnv): void {
  const roles = chainOf(name, profiles).filter((link) => isRole(link, name, profiles))
  const missing = [name, ...roles.map((link) => profiles[link]?.['source_profile'])].find(
    (link) => link !== undefined && !profiles[link],
  )
  if (missing !== undefined) throw unknownProfile(missing, name, profiles, env)
  const mfa = roles.find((link) => profiles[link]?.['mfa_serial'])
  if (mfa === undefined) return
  throw refusal(
    'AWS_MFA_REQUIRED',
    `AWS profile "${mfa}" needs an MFA code, which ca-sync does not ask for`,
    'Get temporary keys with `aws sts get-session-token` or `aws sts assume-role` into another profile, and use that one',
  )
}

function unknownProfile(missing: string, asked: string, profiles: Profiles, env: NodeJS.ProcessEnv): CaSyncError {
  const from = missing === asked ? '' : ` (the source_profile that "${asked}" builds on)`
  // The SDK keeps other kinds of sections beside the profiles.
  const names = Object.keys(profiles).filter((name) => !/^(sso-session|services)\./.test(name))
  const close = closest(missing, names)
  const { config, credentials } = profileFiles(env)
  const hint =
    close === undefined
      ? `Profiles of ${config} and ${credentials}: ${names.join(', ') || 'none'}`
      : `Did you mean "${close}"?`
  return refusal('AWS_PROFILE_UNKNOWN', `AWS profile "${missing}"${from} does not exist`, hint)
}
