import type { Context } from '../context.ts'
import { simpleUrl } from '../core/endpoint.ts'
import { CaSyncError, caught } from '../core/errors.ts'
import { isLive } from '../core/freshness.ts'
import type { FoundEntry, IndexAnswer, Inspection, LookRequest } from '../core/ports.ts'
import type { State } from '../core/state.ts'
import { lookUpUrls, type Target, username } from '../core/target.ts'
import { fromVault, needsOf } from './live-tokens.ts'

/** By token key: those that there is a copy of. */
export type Tokens = ReadonlyMap<string, string>

/** What may be asked: a keyring that can be used, and the index. */
interface May {
  readonly keyring: boolean
  readonly index: boolean
}

export const isPlain = ({ plaintextFile }: Target): boolean => plaintextFile !== undefined

/** Our copies of the live tokens. A vault is not asked where Poetry's keyring is locked. */
export async function copiesOf(
  context: Context,
  targets: readonly Target[],
  state: State,
  may: Pick<May, 'keyring'>,
): Promise<Tokens> {
  const [plain, kept] = [targets.filter(isPlain), targets.filter((target) => !isPlain(target))]
  const inFile = await Promise.all(plain.map((target) => fromFile(context, target, state)))
  const manner = { force: false, verbose: false }
  const inVault = may.keyring ? await fromVault(context, needsOf(kept), state, manner) : []
  return new Map([...inFile.flat(), ...[...inVault].map(([key, { token }]) => [key, token.value] as const)])
}

async function fromFile(context: Context, { token, plaintextFile = '' }: Target, { tokens }: State) {
  const life = tokens[token]
  if (life?.stamp === undefined || !isLive(life, context.host.now())) return []
  const { stamp } = life
  const value = await caught(() => context.poetry.password(plaintextFile, stamp))
  if (value === undefined || value instanceof CaSyncError) return []
  context.secrets.add(value)
  return [[token, value] as const]
}

export interface Looked {
  readonly found: readonly FoundEntry[]
  readonly answers: readonly IndexAnswer[]
}

export const nothing: Looked = { found: [], answers: [] }

/** What Poetry's keyring gives, and what the index says to the token. */
export async function look(session: Inspection, targets: readonly Target[], copies: Tokens, may: May): Promise<Looked> {
  const looked = await caught(() => session.look(request(targets, copies, may)))
  return looked instanceof CaSyncError ? nothing : looked
}

/** Any project will do: an index that lets us in says 404 to one that it does not have. */
const page = (url: string): string => `${simpleUrl(url)}ca-sync/`

function request(targets: readonly Target[], copies: Tokens, may: May): LookRequest {
  const copyOf = ({ token }: Target) => copies.get(token) ?? null
  const inKeyring = may.keyring ? targets.filter((target) => !isPlain(target)) : []
  return {
    looks: inKeyring.flatMap((target) =>
      lookUpUrls(target.url).map((url) => ({ name: target.name, url, username, password: copyOf(target) })),
    ),
    indexes: (may.index ? targets : []).flatMap((target) => {
      const password = copyOf(target)
      return password === null ? [] : [{ name: target.name, url: page(target.url), username, password }]
    }),
  }
}
