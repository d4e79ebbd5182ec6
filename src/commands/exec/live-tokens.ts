import { isLive } from '../../core/memory/freshness.ts'
import type { State } from '../../core/memory/state.ts'
import type { Handed } from '../../core/plan/kept.ts'
import { needsToken } from '../../core/plan/plan.ts'
import { otherKeys } from '../../core/repository/identity.ts'
import type { Token } from '../../core/repository/token.ts'
import { formatSpan } from '../../core/words/duration.ts'
import { about } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { actualOf } from '../../survey/actual.ts'
import { keeperOf } from '../../survey/keepers/keepers.ts'
import { store } from '../../survey/keepers/vault.ts'
import { mint, type Need, tryFind } from '../../survey/tokens.ts'
import type { CredentialArguments } from '../options.ts'

type Parts = Run & Pick<Machine, 'keyring' | 'poetryFiles' | 'vault' | 'unlockedVault' | 'aws'>

export type Held = ReadonlyMap<string, { readonly token: Token; readonly isFresh: boolean }>

type VaultManner = Pick<CredentialArguments, 'force' | 'verbose'>

/** The tokens that the vault has for these needs. A keyring that is not there or does not answer is nothing to speak of. */
export async function fromVault(machine: Parts, needs: readonly Need[], state: State, manner: VaultManner) {
  const wanted = manner.force ? [] : needs.filter((need) => isKept(machine, need, state))
  const found = await Promise.all(
    wanted.map(async (need) => {
      const { tokenKey, targets } = need
      const token = await tryFind(keeperOf(machine, targets[0].store), need, state, ({ message }) => {
        if (manner.verbose) machine.warn(`The keyring was not read: ${message}`)
      })
      const actual = actualOf(machine, state)
      return token && ([tokenKey, { token, isFresh: !targets.some((target) => needsToken(target, actual)) }] as const)
    }),
  )
  return new Map(found.filter((one) => one !== undefined))
}

/** The state knows a live token, minted under these credentials. */
function isKept({ host, keysStamp }: Parts, { tokenKey, targets: [{ identity }] }: Need, { tokens }: State): boolean {
  const life = tokens[tokenKey]
  return life !== undefined && isLive(life, host.now()) && !otherKeys(identity, life.keysStamp, keysStamp)
}

/**
 * New tokens, asked for side by side. Where AWS gives none, a live one of the vault has to do.
 * @throws CaSyncError AWS_*
 */
export async function renew(machine: Parts, needs: readonly Need[], held: Held): Promise<Handed[]> {
  const asked = await Promise.allSettled(needs.map((need) => mint(need, machine)))
  return needs.flatMap((need, index) => {
    const answer = asked[index]
    if (answer?.status === 'fulfilled') return [{ ...need, token: answer.value }]
    const kept = held.get(need.tokenKey)
    const names = need.targets.map(({ name }) => name).join(', ')
    if (kept === undefined) throw about(names, answer?.reason)
    const left = formatSpan((Date.parse(kept.token.expiresAt) - machine.host.now()) / 1000)
    machine.warn(`${names}: no new token (${answer?.reason.message}) The last one is good for another ${left}.`)
    return []
  })
}

/** Keeps tokens in the vault, as far as it lets. @returns those that it gives back */
export async function keep(machine: Parts, minted: readonly Handed[], { verbose }: VaultManner): Promise<Handed[]> {
  const fresh = minted.map((one) => ({ ...one, minted: true }))
  const { failed } = await store(machine.vault, fresh)
  const why = new Set([...failed.values()].map(({ cause }) => (cause as Error).message))
  if (verbose) for (const message of why) machine.warn(`The token was not kept for the next time: ${message}`)
  return minted.filter(({ targets: [{ name }] }) => !failed.has(name))
}
