import type { Muster } from '../core/memory/absence.ts'
import { privacyHint, privatePlace } from '../core/ports/schedule.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { counted, shellWord } from '../core/words/quote.ts'
import type { Machine } from '../machine.ts'

export function awayError({ folder, presence, daysLeft }: Muster['away'][number], host: Machine['host']): CaSyncError {
  const isUnseen = presence === 'unseen'
  const isPrivate = isUnseen && privatePlace(folder, host) !== undefined
  const what = isUnseen
    ? 'cannot be reached now'
    : `has no pyproject.toml now, and is forgotten in ${counted(daysLeft, 'day')}`
  const logout = `If it is gone for good, type: ca-sync logout -C ${shellWord(folder)}`
  const problem = `${folder} ${what}.`
  return new CaSyncError('PROJECT_NOT_FOUND', problem, { hint: isPrivate ? privacyHint(host.nodePath) : logout })
}
