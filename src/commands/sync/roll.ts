import { type Muster, muster } from '../../core/memory/absence.ts'
import { knownProjects } from '../../core/memory/state.ts'
import { privacyHint, privatePlace } from '../../core/ports/privacy.ts'
import { shellWord } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Report } from '../report.ts'
import type { Wish } from './project.ts'

const forgottenText = (folder: string): string =>
  `${folder} is no project any more (no pyproject.toml for a week): it is not kept ready.`

function awayText({ folder, presence, daysLeft }: Muster['away'][number], host: Machine['host']): string {
  const isUnseen = presence === 'unseen'
  const what = isUnseen ? 'cannot be reached now' : `has no pyproject.toml now, and is forgotten in ${days(daysLeft)}`
  if (isUnseen && privatePlace(folder, host) !== undefined) return `${folder} ${what}. ${privacyHint(host.nodePath)}`
  return `${folder} ${what}. If it is gone for good, type: ca-sync logout -C ${shellWord(folder)}`
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`)

/** The projects that are there now. Who was away for too long is known no more: what it shares with others is theirs to renew. */
export function callRoll(
  { store, projects, host }: Pick<Machine, 'host' | 'projects' | 'store'>,
  { dryRun }: Wish,
): { folders: readonly string[]; report: Report } {
  const before = store.read()
  const problem = store.problem()
  const known = knownProjects(before).map(([folder]) => folder)
  // Which projects there were, nobody knows any more. The file stays, which says so.
  if (problem?.code === 'STATE_LOST' && known.length === 0) throw problem
  const { state, forgotten, away } = muster(before, projects.presence, host.now())
  if (!dryRun && forgotten.length + away.length + Object.keys(before.away).length > 0) store.put(state)
  const missing = [...forgotten, ...away.map(({ folder }) => folder)]
  // That a drive is not there yet is no news in a job.
  const standing = away.filter(({ folder }) => known.includes(folder)).map((one) => awayText(one, host))
  const dropped = forgotten.filter((folder) => known.includes(folder)).map(forgottenText)
  const report = { sources: [], warnings: [...dropped, ...standing], standing }
  return { folders: known.filter((folder) => !missing.includes(folder)), report }
}
