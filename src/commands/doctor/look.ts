import { isLive } from '../../core/memory/freshness.ts'
import type { State } from '../../core/memory/state.ts'
import { storeRules } from '../../core/plan/stores.ts'
import { lookUpUrls, type Target, username } from '../../core/plan/target.ts'
import type { Inspection, Looked, LookRequest } from '../../core/ports/poetry-python.ts'
import { simpleUrl } from '../../core/repository/endpoint.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { keeperOf } from '../../survey/keepers/keepers.ts'

type Parts = Run & Pick<Machine, 'keyring' | 'poetryFiles' | 'vault' | 'unlockedVault'>

/** Our copies of the live tokens. */
export interface Copies {
  readonly tokens: ReadonlyMap<string, string>
  /** Why the vault gave none. */
  readonly problem: CaSyncError | undefined
}

/** What may be asked: a keyring that can be used, and the index. */
interface May {
  readonly keyring: boolean
  readonly index: boolean
}

export const isInKeyring = ({ store }: Target): boolean => storeRules[store].reads === 'keyring'

/** A vault is not asked where Poetry's keyring is locked. */
export async function copiesOf(
  machine: Parts,
  targets: readonly Target[],
  state: State,
  may: Pick<May, 'keyring'>,
): Promise<Copies> {
  const live = targets.filter(({ tokenKey }) => isLive(state.tokens[tokenKey] ?? { expiresAt: '' }, machine.host.now()))
  const asked = live.filter((target) => !isInKeyring(target) || may.keyring)
  const found = await Promise.all(
    [...new Map(asked.map((target) => [target.tokenKey, target]))].map(
      async ([key, target]) => [key, await caught(() => keeperOf(machine, target.store).find(target, state))] as const,
    ),
  )
  const problems = found.flatMap(([, one]) => (one instanceof CaSyncError && one.code === 'VAULT_FAILED' ? [one] : []))
  return {
    tokens: new Map(
      found.flatMap(([key, one]) => (one === undefined || one instanceof CaSyncError ? [] : [[key, one.secret]])),
    ),
    problem: problems[0],
  }
}

export const nothingSeen: Looked = { found: [], answers: [] }

/** What Poetry's keyring gives, and what the index says to the token. */
export const lookUp = (
  session: Inspection,
  targets: readonly Target[],
  { tokens }: Copies,
  may: May,
): Promise<Looked | CaSyncError> => caught(() => session.look(request(targets, tokens, may)))

/** Any project will do: an index that lets us in says 404 to one that it does not have. */
const page = (url: string): string => `${simpleUrl(url)}ca-sync/`

function request(targets: readonly Target[], tokens: Copies['tokens'], may: May): LookRequest {
  const copyOf = ({ tokenKey }: Target) => tokens.get(tokenKey) ?? null
  const inKeyring = may.keyring ? targets.filter(isInKeyring) : []
  const asked = may.index ? targets.filter((target) => copyOf(target) !== null || inKeyring.includes(target)) : []
  const lookUp = (target: Target, url: string) => ({ name: target.name, url, username, password: copyOf(target) })
  return {
    looks: inKeyring.flatMap((target) => lookUpUrls(target.url).map((url) => lookUp(target, url))),
    indexes: asked.map((target) => lookUp(target, page(target.url))),
  }
}
