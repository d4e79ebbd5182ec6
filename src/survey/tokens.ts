import type { State } from '../core/memory/state.ts'
import type { Handed } from '../core/plan/kept.ts'
import { givesToken, type PlannedSource } from '../core/plan/plan.ts'
import type { Target } from '../core/plan/target.ts'
import type { Keeper, Obtained } from '../core/ports/keeper.ts'
import type { Token } from '../core/repository/token.ts'
import { CaSyncError, caught } from '../core/words/errors.ts'
import { grouped } from '../core/words/group.ts'
import type { Machine } from '../machine.ts'

type Parts = Pick<Machine, 'secrets' | 'renewed' | 'warn' | 'aws'>

/** One token that is needed, and the sources it is for. */
export type Need = Omit<Handed, 'token'>

/** One that the handover needs. */
interface TokenNeed extends Need {
  /** Ask AWS for a new one, even if the vault has one. */
  readonly renew: boolean
}

export const needsOf = (targets: readonly Target[]): Need[] =>
  grouped(targets, ({ tokenKey }) => tokenKey).map(([tokenKey, its]) => ({ tokenKey, targets: its }))

export function tokenNeeds(planned: readonly PlannedSource[]): TokenNeed[] {
  const needing = planned.filter(givesToken)
  const due = new Set(needing.flatMap(({ target, steps }) => (steps.includes('token') ? [target.tokenKey] : [])))
  return needsOf(needing.map(({ target }) => target)).map((need) => ({ ...need, renew: due.has(need.tokenKey) }))
}

/** The shortest life that any of the sources asks for, in seconds. */
function durationOf(targets: readonly Target[]): number | undefined {
  const wishes = targets.flatMap(({ durationSeconds }) => (durationSeconds === undefined ? [] : [durationSeconds]))
  return wishes.length === 0 ? undefined : Math.min(...wishes)
}

/** A token where it lives; a vault that does not answer is no reason to stop. @param tell - is told why */
export async function tryFind(
  keeper: Pick<Keeper, 'find'>,
  { targets: [target] }: Need,
  state: State,
  tell: (error: CaSyncError) => void,
): Promise<Token | undefined> {
  const found = await caught(() => keeper.find(target, state))
  if (!(found instanceof CaSyncError)) return found
  if (found.code !== 'VAULT_FAILED') throw found
  tell(found)
  return undefined
}

/** A new token, which is kept out of all that the run says. Throws CaSyncError AWS_*. */
export async function mint({ targets }: Pick<Need, 'targets'>, { aws, secrets }: Parts): Promise<Token> {
  const token = await aws.token(targets[0], targets[0].identity, durationOf(targets))
  secrets.add(token.secret)
  return token
}

/** A token for a need: the one that is there, or a new one. Throws CaSyncError AWS_*, POETRY_FILE_INVALID. */
async function obtain(need: TokenNeed, machine: Parts, keeper: Keeper, state: State): Promise<Obtained> {
  const { tokenKey, targets } = need
  const tell = ({ message }: CaSyncError): void =>
    machine.warn(`ca-sync could not read its copy of the token: ${message}. AWS is asked for a new one.`)
  const found = need.renew ? undefined : await tryFind(keeper, need, state, tell)
  const token = found ?? (await mint(need, machine))
  if (found === undefined) machine.renewed.add(tokenKey)
  return { tokenKey, targets, token, minted: found === undefined }
}

/** All tokens, side by side. One domain failing does not stop the others; `failed` says why, by source name. */
export async function obtainAll(needs: readonly TokenNeed[], machine: Parts, keeper: Keeper, state: State) {
  const results = await Promise.all(needs.map((need) => caught(() => obtain(need, machine, keeper, state))))
  const failed = new Map<string, CaSyncError>()
  for (const [at, error] of results.entries())
    if (error instanceof CaSyncError) for (const { name } of needs[at]?.targets ?? []) failed.set(name, error)
  return { obtained: results.filter((one): one is Obtained => !(one instanceof CaSyncError)), failed }
}
