import { knownFolders, mapTable, type State } from './state.ts'

/**
 * What can be seen at a project's place. `gone`: its pyproject.toml is not there, though the folder above is. `unseen`: that folder is not
 * there either, or the system does not let us look (a network drive, a disk, an encrypted home, privacy rules of macOS).
 */
export type Presence = 'there' | 'gone' | 'unseen'

/** How long what is gone is kept, in milliseconds: a disk may be mounted below a folder that stays. */
const patienceMs = 7 * 86_400_000
/** How soon a place is worth another look, in seconds. */
const lookAgainSeconds = 1_800

/** Since when a project has been gone. A clock that was ahead does not count. */
const goneSince = ({ away }: State, folder: string, now: number): number =>
  Math.min(now, Date.parse(away[folder] ?? '') || now)

/** Whether a project has been gone for so long that it is none any more. @param now - epoch milliseconds */
export const isNoMore = (state: State, folder: string, presence: Presence, now: number): boolean =>
  presence === 'gone' && now - goneSince(state, folder, now) >= patienceMs

export type Muster = ReturnType<typeof muster>

/**
 * Looks at the place of each project: those that are `forgotten` are known no more, and what they called by a name is free; who is
 * `away` is kept, though nothing can be done for them now. @param now - epoch milliseconds
 */
export function muster(state: State, look: (folder: string) => Presence, now: number) {
  const seen = knownFolders(state).map((folder) => ({ folder, presence: look(folder) }))
  const forgotten = seen.filter((one) => isNoMore(state, one.folder, one.presence, now)).map(({ folder }) => folder)
  const away = seen.flatMap(({ folder, presence }) => {
    if (presence === 'there' || forgotten.includes(folder)) return []
    const daysLeft = Math.ceil((goneSince(state, folder, now) + patienceMs - now) / 86_400_000)
    return [{ folder, presence, daysLeft }]
  })
  const since = away.map(({ folder, presence }) => {
    const at = presence === 'gone' ? new Date(goneSince(state, folder, now)).toISOString() : ''
    return [folder, at] as const
  })
  return { state: { ...without(state, forgotten), away: Object.fromEntries(since) }, forgotten, away }
}

/** A project that is none any more leaves its Poetry, whose keyring has what a logout removes. */
function without(state: State, folders: readonly string[]): State {
  const goes = (folder: string): boolean => folders.includes(folder)
  const kept = <T>(table: Readonly<Record<string, T>>) => mapTable(table, (one, at) => (goes(at) ? undefined : one))
  const leaving = mapTable(state.projects, ({ poetry }, folder) => (goes(folder) ? poetry : undefined))
  return {
    ...state,
    projects: kept(state.projects),
    served: kept(state.served),
    leaving: { ...state.leaving, ...leaving },
  }
}

/** When a run on a project is useful, in epoch seconds. @param now - when its place was last looked at, in epoch seconds */
export function dueAt({ projects, away }: State, folder: string, now: number): number {
  const renewAt = projects[folder]?.renewAt ?? 0
  return Object.hasOwn(away, folder) ? Math.max(renewAt, now + lookAgainSeconds) : renewAt
}
