import { CaSyncError } from './errors.ts'

const units: Record<string, number> = { s: 1, m: 60, h: 3600 }

/** When to renew: once less than this is left of a token's life. */
export type RefreshBefore = { readonly percent: number } | { readonly seconds: number }

export const defaultRefreshBefore: RefreshBefore = { percent: 50 }

function toSeconds(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,9})([smh]?)$/.exec(text.trim()) ?? []
  return number === undefined ? undefined : Number(number) * (units[unit || 's'] ?? 1)
}

/**
 * A token's life in seconds, from `12h`, `90m` or `3600`; 0 means the life of the role session.
 * @param where - names the setting in the error: `--duration`, or the key of a file
 * @throws CaSyncError USAGE outside 0 and 900 to 43200 (CodeArtifact GetAuthorizationToken durationSeconds)
 */
export function parseDuration(text: string, where: string): number {
  const value = toSeconds(text)
  if (value !== undefined && (value === 0 || (value >= 900 && value <= 43_200))) return value
  throw new CaSyncError('USAGE', `${where}: ${JSON.stringify(text)} is not a token life that AWS gives.`, {
    hint: 'Give 15m to 12h (12h, 90m, 3600), or 0 for as long as the role session lives.',
  })
}

/** `50%` of a token's life, or a time such as `4h`. @throws CaSyncError USAGE */
export function parseRefreshBefore(text: string, where: string): RefreshBefore {
  const [, digits] = /^(\d{1,2})%$/.exec(text.trim()) ?? []
  if (digits !== undefined && Number(digits) > 0) return { percent: Number(digits) }
  const value = toSeconds(text)
  if (value !== undefined && value > 0) return { seconds: value }
  const what = `${where}: ${JSON.stringify(text)} is neither a share of a token's life nor a time.`
  throw new CaSyncError('USAGE', what, { hint: 'Give 1% to 99% (the default is 50%), or a time such as 4h or 30m.' })
}

/** A rough length of time for people: `11 h 58 min`, `4 min`, `35 s`. */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** What a run about every project says that found none to be due. */
export const noneDueText = 'Nothing to do: no project is due.\n'

/** What a run says that found everything as it should be; what AWS has revoked is not seen from here. `seconds`: what is left of the token that expires first; `partly`: those that are not for both installing and publishing; `unusable`: for how many of them that is neither. */
export function nothingToDoText(sources: number, seconds: number, partly: readonly string[], unusable: number): string {
  // Their token is, and Poetry can use it for nothing.
  const ready = sources - unusable
  const count = ready === 1 ? '1 source is' : `${ready} sources are`
  const only = partly.length === 0 ? '' : ` (${partly.join(', ')})`
  const found = ready === 0 ? 'renew: Poetry can use no source' : `do: ${count} ready`
  return `Nothing to ${found}${only}, tokens are valid for ${formatSpan(seconds)}.\nIf Poetry says otherwise, type: ca-sync doctor\n`
}

export const twoDigits = (minute: number): string => String(minute).padStart(2, '0')
