import type { State } from '../core/memory/state.ts'
import type { Handed } from '../core/plan/ledger.ts'
import type { PlannedSource } from '../core/plan/plan.ts'
import type { Target } from '../core/plan/target.ts'
import { type Token, tokenIn } from '../core/repository/token.ts'
import { CaSyncError } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'

/** One token that the handover needs, and the sources it is for. */
interface TokenNeed {
  readonly key: string
  readonly targets: readonly [Target, ...Target[]]
  /** Ask AWS for a new one, even if the vault has one. */
  readonly renew: boolean
}

export interface Obtained extends Handed {
  /** It is new: the vault does not have it yet. */
  readonly minted: boolean
}

interface Denied {
  readonly need: TokenNeed
  readonly error: CaSyncError
}

/** The token itself is needed: for a keyring, or for auth.toml. */
const isNeeding = ({ target, steps }: PlannedSource): boolean =>
  steps.includes(target.plaintextFile === undefined ? 'handover' : 'plaintext')

/** One need a domain and identity. */
export function tokenNeeds(planned: readonly PlannedSource[]): TokenNeed[] {
  const needs = new Map<string, TokenNeed>()
  for (const { target, steps } of planned.filter(isNeeding)) {
    const { targets = [], renew = false } = needs.get(target.token) ?? {}
    needs.set(target.token, {
      key: target.token,
      targets: [target, ...targets],
      renew: renew || steps.includes('token'),
    })
  }
  return [...needs.values()]
}

/** The shortest life that any of the sources asks for, in seconds. */
function durationOf(targets: readonly Target[]): number | undefined {
  const wishes = targets.flatMap(({ durationSeconds }) => (durationSeconds === undefined ? [] : [durationSeconds]))
  return wishes.length === 0 ? undefined : Math.min(...wishes)
}

/** The vault's copy of the token that the state knows; undefined for none, or another. @throws CaSyncError VAULT_FAILED */
export async function readVault({ vault, secrets }: Machine, key: string, state: State): Promise<Token | undefined> {
  const text = await vault.read(key)
  const token = text === undefined ? undefined : tokenIn(text)
  if (token === undefined || token.issuedAt !== state.tokens[key]?.issuedAt) return undefined
  secrets.add(token.value)
  return token
}

async function fromVault({ key }: TokenNeed, machine: Machine, state: State): Promise<Token | undefined> {
  try {
    return await readVault(machine, key, state)
  } catch (error) {
    if (error instanceof CaSyncError)
      machine.warn(`ca-sync could not read its copy of the token: ${error.message}. AWS is asked for a new one.`)
    return undefined
  }
}

/** A token that was asked for in plain text is kept by Poetry's auth.toml, and nowhere else. */
async function fromFile(
  file: string,
  { key }: TokenNeed,
  { poetryFiles }: Machine,
  state: State,
): Promise<Token | undefined> {
  const record = state.tokens[key]
  const value = record?.stamp === undefined ? undefined : await poetryFiles.password(file, record.stamp)
  return record === undefined || value === undefined ? undefined : { ...record, value }
}

function kept(need: TokenNeed, machine: Machine, state: State): Promise<Token | undefined> {
  const file = need.targets[0].plaintextFile
  return file === undefined ? fromVault(need, machine, state) : fromFile(file, need, machine, state)
}

export const mint = ({ targets }: Pick<TokenNeed, 'targets'>, { aws }: Machine): Promise<Token> =>
  aws.token(targets[0], targets[0].identity, durationOf(targets))

/** A token for a need: the vault's, or a new one. */
async function obtain(need: TokenNeed, machine: Machine, state: State): Promise<Obtained | Denied> {
  const { key, targets } = need
  try {
    const found = need.renew ? undefined : await kept(need, machine, state)
    const token = found ?? (await mint(need, machine))
    machine.secrets.add(token.value)
    if (found === undefined) machine.renewed.add(key)
    return { key, targets, token, minted: found === undefined }
  } catch (error) {
    if (error instanceof CaSyncError) return { need, error }
    throw error
  }
}

/** All tokens, side by side. One domain failing does not stop the others; `failed` says why, by source name. */
export async function obtainAll(
  needs: readonly TokenNeed[],
  machine: Machine,
  state: State,
): Promise<{ obtained: Obtained[]; failed: Map<string, CaSyncError> }> {
  const results = await Promise.all(needs.map((need) => obtain(need, machine, state)))
  const denied = results.filter((result): result is Denied => 'error' in result)
  return {
    obtained: results.filter((result): result is Obtained => 'token' in result),
    failed: new Map(denied.flatMap(({ need, error }) => need.targets.map(({ name }) => [name, error]))),
  }
}
