import { readFile } from 'node:fs/promises'
import { chosenProfile } from '../core/project/settings.ts'
import type { Identity } from '../core/repository/identity.ts'
import { refusal } from './errors/refusal.ts'
import { createNetwork } from './network.ts'
import { checkFiles, checkProfile, profileOf, readFiles } from './profiles.ts'

export interface AwsOptions {
  /** The environment. The SDK and proxy-from-env read process.env by themselves, so this must be it. */
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** Milliseconds for each call, with the look-up of credentials and all tries: 30,000 by hand, 15,000 unattended. */
  readonly limitMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface CallerOptions extends AwsOptions {
  /** Aborts when the run is over. */
  readonly ended: AbortSignal
  /** What a program that gives credentials waits for. */
  readonly held: () => Promise<unknown>
}

/** `profile` is the one in use; undefined for keys in the environment. */
export type Session = Awaited<ReturnType<typeof openSession>>

/** Reads and checks the settings that a base stands on. Throws CaSyncError AWS_PROFILE_UNKNOWN, AWS_MFA_REQUIRED or AWS_FAILED. */
export async function openSession(base: Identity['base'], options: Omit<CallerOptions, 'now' | 'held'>) {
  const { env, platform, limitMs, ended } = options
  checkFiles(env, platform)
  const files = await readFiles(env)
  const profile = profileOf(base)
  // A missing `default` is no mistake: the default chain goes on to containers and instances.
  if (profile !== undefined && (profile !== 'default' || base.kind === 'profile' || files.profiles.has(profile)))
    checkProfile(profile, files)
  const setting = files.profiles.get(profile ?? chosenProfile(env) ?? 'default')?.['ca_bundle']
  const ca = await readBundle(env['AWS_CA_BUNDLE'], setting)
  return { base, profile, files, network: createNetwork({ env, limitMs, ca, ended }) }
}

async function readBundle(variable: string | undefined, setting: string | undefined): Promise<string | undefined> {
  const path = variable || setting
  if (!path) return undefined
  const name = variable ? 'AWS_CA_BUNDLE' : 'ca_bundle in the AWS config file'
  const refuse = (why: string, cause?: unknown) =>
    refusal('AWS_FAILED', `${name} names ${path}, which ${why}`, `Correct ${name}, or take it away`, cause)
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw refuse(`cannot be read (${cause.code})`, cause)
  })
  if (!text.includes('-----BEGIN ')) throw refuse('has no PEM certificates in it')
  return text
}
