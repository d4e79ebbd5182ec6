import { dueAt } from '../memory/absence.ts'
import { spread } from '../memory/failure.ts'
import { knownProjects, type State, type TokenRecord } from '../memory/state.ts'
import { tokenKeyOf } from './target.ts'

const firstDelayMs = 1_000
const longestDelayMs = 300_000
const lifeShare = 0.1

/** The shortest life of the tokens in use, in milliseconds. */
function shortestLifeMs({ tokens, projects }: State): number {
  const used = Object.values(projects).flatMap(({ sources }) => sources.flatMap((one) => tokens[tokenKeyOf(one)] ?? []))
  return Math.min(...used.map(({ issuedAt, expiresAt }: TokenRecord) => Date.parse(expiresAt) - Date.parse(issuedAt)))
}

/**
 * How long to wait after so many failures in a row, in milliseconds: 1 s, doubling, at most a tenth of a token's life (and five
 * minutes), so that there are tries left while the old token lives.
 * @param random - from 0 to 1, so that many machines do not come back in step
 */
export function retryDelay(failures: number, state: State, random: number): number {
  const most = Math.max(firstDelayMs, Math.min(longestDelayMs, shortestLifeMs(state) * lifeShare))
  return Math.min(most, firstDelayMs * 2 ** Math.min(failures - 1, 20)) * (1 - spread * random)
}

/** When the next project is due. @param now - when all were looked at. Both in epoch milliseconds. */
export const nextDue = (state: State, now: number): number =>
  Math.min(...knownProjects(state).map(([folder]) => dueAt(state, folder, now / 1000))) * 1000

/** When the next run is useful, in epoch seconds: what is due, but not before a failure's retry. @param now - epoch milliseconds */
export const nextUseful = (state: State, now: number): number =>
  Math.min(
    ...knownProjects(state).map(([folder, { failure }]) =>
      Math.max(dueAt(state, folder, now / 1000), failure?.retryAt ?? 0),
    ),
  )
