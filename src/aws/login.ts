import { getSSOTokenFromFile } from '@smithy/core/config'
import { isTable } from '../core/project/document.ts'
import { type Profiles, profileHolder } from './profiles.ts'

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
