import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { externalDataInterceptor, getHomeDir } from '@smithy/core/config'
import { isFull } from '../core/ports/full-path.ts'
import { filesOfAws, placeOfAws, readSections } from '../core/profiles/files.ts'
import { type AwsFiles, chainOf, isRoleIn, profilesOf } from '../core/profiles/profiles.ts'
import { sdkText } from '../core/profiles/sdk-text.ts'
import type { Identity } from '../core/repository/identity.ts'
import type { CaSyncError } from '../core/words/errors.ts'
import { few, optionWith, shellWord } from '../core/words/quote.ts'
import { closest } from '../core/words/suggest.ts'
import { refusal } from './errors/refusal.ts'

export type Profiles = AwsFiles['profiles']

/** What AWS's files say, and which of them are there but cannot be read (with Node's code for why). */
export type ReadFiles = Awaited<ReturnType<typeof readFiles>>

/** What `>` of Windows PowerShell writes. */
const utf16 = 'UTF-16 text'

/** Reads AWS's config and credentials files as the AWS CLI does, and has the SDK read the same instead of the files. */
export async function readFiles(env: NodeJS.ProcessEnv) {
  const home = getHomeDir()
  const { config, credentials } = filesOfAws(env, home, join)
  const unreadable: string[] = []
  const read = async (path: string) => {
    const text = await readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
      if (code !== 'ENOENT' && code !== 'ENOTDIR') unreadable.push(`${path} (${code})`)
      return ''
    })
    if (text.includes('\0')) unreadable.push(`${path} (${utf16})`)
    return text
  }
  const files = profilesOf(readSections(await read(config)), readSections(await read(credentials)))
  // The SDK fills in a `~/` for profiles, and nothing for sessions of SSO.
  const intercept = (path: string, text: string): void => {
    for (const name of [path, path.replace(/^~(?=\/)/, () => home)]) externalDataInterceptor.interceptFile(name, text)
  }
  intercept(env['AWS_SHARED_CREDENTIALS_FILE'] || credentials, '')
  intercept(env['AWS_CONFIG_FILE'] || config, sdkText(files))
  return { ...files, config, credentials, unreadable }
}

/**
 * Refuses a file of AWS's that is named by a relative path. In a stranger's project that would be the stranger's, whose config may start programs;
 * and without it the calls would be made as somebody else than the user meant.
 */
export function checkFiles(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): void {
  for (const [name, value] of Object.entries(env)) {
    if (!value || !/^AWS_\w+_(?:FILE|DIRECTORY|BUNDLE)$/i.test(name)) continue
    if (isFull(placeOfAws(name, env, getHomeDir()) ?? '', platform)) continue
    const what = `${name} is ${value}, which would be another one in each folder`
    throw refusal('AWS_FAILED', what, 'Set it to a full path, or unset it')
  }
}

/** The profile that a base means; undefined for keys in the environment, which are no profile's. */
export function profileOf(base: Identity['base']): string | undefined {
  if (base.kind === 'environment') return undefined
  return base.kind === 'profile' ? base.profile : 'default'
}

/** The profile of a chain that has one of these settings, and so decides how to sign in. */
export function profileHolder(name: string | undefined, profiles: Profiles, ...settings: readonly string[]) {
  if (name === undefined) return undefined
  return chainOf(name, profiles).findLast((link) =>
    settings.some((setting) => profiles.get(link)?.[setting] !== undefined),
  )
}

/**
 * Refuses, before any call, a profile that does not exist, that the AWS CLI would refuse, too, or that would ask for an MFA code.
 * The SDK would go on without the first, say nothing of use about the second, and ends the process on some of the third (an unhandled rejection).
 */
export function checkProfile(name: string, files: ReadFiles): void {
  const { profiles, faults } = files
  const chain = chainOf(name, profiles)
  const roles = chain.filter((link) => isRoleIn(name, link, profiles))
  const missing = [name, ...roles.map((link) => profiles.get(link)?.['source_profile'])].find(
    (link) => link !== undefined && !profiles.has(link),
  )
  if (missing !== undefined) throw unknownProfile(missing, name, files)
  const mfa = roles.find((link) => profiles.get(link)?.['mfa_serial'])
  if (mfa !== undefined)
    throw refusal(
      'AWS_MFA_REQUIRED',
      `AWS profile "${mfa}" needs an MFA code, which ca-sync does not ask for`,
      'Get temporary keys with `aws sts get-session-token` or `aws sts assume-role` into another profile, and use that one',
    )
  const faulty = chain.find((link) => faults.has(link))
  if (faulty === undefined) return
  const fault = faults.get(faulty) ?? ''
  const hint = /SSO/.test(fault)
    ? `correct it, or set it up again: aws configure sso ${optionWith('--profile', faulty)}`
    : 'correct it'
  const where = `It is in ${files.config} or ${files.credentials}`
  throw refusal('AWS_NO_CREDENTIALS', `AWS profile "${faulty}" ${fault}`, `${where}: ${hint}`)
}

function unknownProfile(missing: string, asked: string, files: ReadFiles): CaSyncError {
  const { profiles, strays, config, credentials } = files
  const from = missing === asked ? '' : ` (the source_profile that "${asked}" builds on)`
  const refuse = (what: string, hint: string) =>
    refusal('AWS_PROFILE_UNKNOWN', `AWS profile "${missing}"${from} ${what}`, hint)
  const unreadable = unreadableFiles(files)
  if (unreadable !== undefined) return refuse(`was not found, and ${unreadable[0]}`, unreadable[1])
  const stray = strays.get(missing)
  const close = closest(missing, [...profiles.keys()])
  const known = `It is neither in ${config} nor in ${credentials}.\n${profilesHint(files)}`
  const hint = stray === undefined ? (close === undefined ? known : `Did you mean "${close}"?`) : `Write ${stray}`
  return refuse('does not exist', hint)
}

/** Which of AWS's files are there but cannot be read, and what to do; undefined where all can. */
export function unreadableFiles({ unreadable }: ReadFiles): readonly [what: string, hint: string] | undefined {
  if (unreadable.length === 0) return undefined
  const hint = unreadable.some((one) => one.includes(utf16))
    ? 'Save it as UTF-8 (in an editor, or with Set-Content -Encoding utf8)'
    : 'Make it readable for your user, or name another file in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE'
  return [`${unreadable.join(' and ')} cannot be read`, hint]
}

const mostNamed = 10

/** What to type to be one of the profiles that there are; where there is none, how to make one. */
export function profilesHint({ profiles }: ReadFiles, without?: string): string {
  const names = [...profiles.keys()].filter((name) => name !== without)
  if (names.length === 0) return 'Make a profile: aws configure sso\nthen type: ca-sync --profile NAME'
  const [only = '', ...others] = names
  if (others.length === 0) return `Type: ca-sync ${optionWith('--profile', only)}`
  const rest = names.length > mostNamed ? ' (aws configure list-profiles)' : ''
  const joint = names.some((name) => name.startsWith('-')) ? '=' : ' '
  return `Type: ca-sync --profile${joint}NAME\nYour profiles: ${few(names.map(shellWord), mostNamed)}${rest}`
}
