import { fromIni } from '@aws-sdk/credential-provider-ini'
import { getSSOTokenFromFile } from '@smithy/core/config'
import type { AwsCredentialIdentity } from '@smithy/types'
import { isTable } from '../core/project/document.ts'
import { present } from '../core/words/present.ts'
import { refusal } from './errors/refusal.ts'
import { checkTokenFile, ofMachine } from './machine-credentials.ts'
import type { Line } from './network.ts'
import { type Profiles, profileHolder, profilesHint, type ReadFiles } from './profiles.ts'
import type { Session } from './session.ts'

// The SDK warns on the console unless it is given a logger of its own.
const silentLogger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** The credentials of a base, by the SDK's own providers. Throws what they throw, or CaSyncError AWS_NO_CREDENTIALS. */
export async function findCredentials(
  { base, files }: Session,
  region: string,
  { requestHandler }: Line,
  env: NodeJS.ProcessEnv,
): Promise<AwsCredentialIdentity> {
  // Both are needed: SSO, SSO-OIDC and `aws login` look only at clientConfig, web identity only at parentClientConfig.
  const options = {
    clientConfig: { requestHandler },
    parentClientConfig: { region, requestHandler },
    logger: silentLogger,
    ignoreCache: true,
  }
  if (base.kind === 'environment') return keysOf(env, files)
  const profile = base.kind === 'profile' ? base.profile : 'default'
  const hasOwn = files.kinds.has(profile)
  try {
    return await fromIni({ ...options, profile })().catch((error) => {
      // A profile without a sign-in of its own (a region, say) leaves it to the machine, as for the AWS CLI. Named, so that AWS_PROFILE and
      // keys of the environment, which are identities of their own, do not come first.
      if (!error.tryNextLink || (hasOwn && base.kind === 'profile')) throw error
      return ofMachine(options, files, env).catch((other) => Promise.reject(hasOwn ? error : other))
    })
  } catch (error) {
    const holder = profileHolder(profile, files.profiles, tokenSetting)
    const path = holder && files.profiles.get(holder)?.[tokenSetting]
    await checkTokenFile(path, `${tokenSetting} of AWS profile "${holder}"`)
    throw error
  }
}

const tokenSetting = 'web_identity_token_file'

/** Only what was synced before can be of an environment that has no keys now. */
function keysOf(env: NodeJS.ProcessEnv, files: ReadFiles): AwsCredentialIdentity {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env
  if (accessKeyId && secretAccessKey)
    return present({ accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined })
  throw refusal(
    'AWS_NO_CREDENTIALS',
    `This was synced with AWS keys of the environment, and ${accessKeyId ? 'AWS_SECRET_ACCESS_KEY is' : secretAccessKey ? 'AWS_ACCESS_KEY_ID is' : 'they are'} not set here`,
    `${profilesHint(files)}\nor set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again`,
  )
}

/**
 * When the SSO login of a profile ends, as ISO time, where its cache file (~/.aws/sso/cache) says so: a login that the SDK can
 * renew by itself (`refreshToken`) ends with the portal's session, which no file tells.
 */
export async function loginEnd(profile: string | undefined, profiles: Profiles): Promise<string | undefined> {
  const holder = profileHolder(profile, profiles, 'sso_session', 'sso_start_url')
  const settings = holder === undefined ? undefined : profiles.get(holder)
  const login = settings?.['sso_session'] ?? settings?.['sso_start_url']
  if (login === undefined) return undefined
  const cached: unknown = await getSSOTokenFromFile(login).catch(() => undefined)
  if (!isTable(cached) || cached['refreshToken'] !== undefined) return undefined
  const end = typeof cached['expiresAt'] === 'string' ? new Date(cached['expiresAt']) : undefined
  return end === undefined || Number.isNaN(end.getTime()) ? undefined : end.toISOString()
}
