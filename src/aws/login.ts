import { getSSOTokenFromFile } from '@smithy/core/config'
import { holderOf, type Profiles } from './profiles.ts'

/**
 * When the SSO login of a profile ends, as ISO time, where its cache file (~/.aws/sso/cache) says so: a login that the SDK can
 * renew by itself (`refreshToken`) ends with the portal's session, which no file tells.
 */
export async function loginEnd(profile: string | undefined, profiles: Profiles): Promise<string | undefined> {
  const holder = holderOf(profile, profiles, 'sso_session', 'sso_start_url')
  const settings = holder === undefined ? undefined : profiles[holder]
  const login = settings?.['sso_session'] ?? settings?.['sso_start_url']
  if (login === undefined) return undefined
  const cached = await getSSOTokenFromFile(login).catch(() => undefined)
  if (cached === undefined || cached.refreshToken !== undefined || Number.isNaN(Date.parse(cached.expiresAt)))
    return undefined
  return new Date(cached.expiresAt).toISOString()
}
