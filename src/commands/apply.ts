import type { Context } from '../context.ts'
import { hostOf } from '../core/endpoint.ts'
import { CaSyncError } from '../core/errors.ts'
import { credentialsOf, type PlannedSource, type Step } from '../core/plan.ts'
import type { HandoverRequest, HandoverResult, HandoverSession, PoetryChanges } from '../core/ports.ts'
import { repositoryKey } from '../core/source.ts'
import { type State, writtenUrls } from '../core/state.ts'
import { type Target, username } from '../core/target.ts'
import type { Gathered, Request } from './gather.ts'
import { type Obtained, obtainAll, tokenNeeds } from './tokens.ts'

/** What a run did. */
export interface Applied {
  readonly state: State
  /** Why a source is not ready, by name. */
  readonly failed: ReadonlyMap<string, CaSyncError>
  /** What was done, by name. */
  readonly done: ReadonlyMap<string, readonly Step[]>
}

/** What we own, recorded before it is written: a kill never leaves entries that nobody cleans up. */
function claim(
  state: State,
  planned: readonly PlannedSource[],
  obtained: readonly Obtained[],
  credentials: string,
): State {
  const tokens = { ...state.tokens }
  const entries = { ...state.entries }
  const names = { ...state.names }
  const endpoints = { ...state.endpoints }
  for (const { token, need } of obtained) {
    const [first] = need.targets
    const stamp = first && credentialsOf(first, credentials)
    tokens[need.key] = {
      issuedAt: token.issuedAt,
      expiresAt: token.expiresAt,
      ...(stamp !== undefined && { credentials: stamp }),
    }
    for (const { service } of need.targets) {
      const same = entries[service]?.token === need.key && entries[service].issuedAt === token.issuedAt
      entries[service] = {
        token: need.key,
        issuedAt: token.issuedAt,
        readers: same ? (entries[service]?.readers ?? []) : [],
      }
    }
  }
  for (const { target } of planned) {
    endpoints[repositoryKey(target)] = target.url
    names[target.name] = [...new Set([...writtenUrls(state, target.name), target.url])]
  }
  return { ...state, tokens, entries, endpoints, names }
}

/** The entries to write, those of ours that would shadow them, and the look-ups that prove it. */
function handoverRequest(obtained: readonly Obtained[], state: State): HandoverRequest {
  const pairs = obtained.flatMap(({ need, token }) => need.targets.map((target) => ({ target, password: token.value })))
  const shadows = pairs.flatMap(({ target: { name, url, service } }) => [
    `poetry-repository-${name}`,
    ...(service === hostOf(url) && state.entries[url] !== undefined ? [url] : []),
  ])
  const writes = new Map(pairs.map(({ target: { service }, password }) => [service, { service, username, password }]))
  return {
    remove: shadows.map((service) => ({ service, username })),
    write: [...writes.values()],
    check: pairs.map(({ target: { name, url }, password }) => ({ name, url, username, password })),
  }
}

async function fillVault({ vault, warn }: Context, minted: readonly Obtained[]): Promise<boolean> {
  const results = await Promise.allSettled(
    minted.map(({ need, token }) => vault.write(need.key, JSON.stringify(token))),
  )
  const failure = results.find((result) => result.status === 'rejected')
  if (failure === undefined) return true
  if (!(failure.reason instanceof CaSyncError)) throw failure.reason
  warn(
    `The token could not be kept in ca-sync's own keyring item: ${failure.reason.message} Poetry has it all the same.`,
  )
  return false
}

function confirm(state: State, obtained: readonly Obtained[], reader: string, { ready }: HandoverResult): State {
  const entries = { ...state.entries }
  const targets = obtained.flatMap(({ need }) => need.targets).filter(({ name }) => ready.includes(name))
  for (const { service } of targets) {
    const entry = entries[service]
    if (entry !== undefined) entries[service] = { ...entry, readers: [...new Set([...entry.readers, reader])] }
  }
  return { ...state, entries }
}

function changesOf(planned: readonly PlannedSource[]): PoetryChanges {
  const having = (step: Step): Target[] =>
    planned.filter(({ steps }) => steps.includes(step)).map(({ target }) => target)
  return {
    plaintext: having('plaintext').map(({ name }) => name),
    usernames: having('username').map(({ name }) => name),
    urls: Object.fromEntries(having('url').map(({ name, url }) => [name, url])),
  }
}

async function sessionFor(
  context: Context,
  { project, unattended }: Request,
  gathered: Gathered,
): Promise<HandoverSession> {
  if (gathered.session !== undefined) return gathered.session
  const session = context.poetry.open(gathered.program.python, project.folder, unattended)
  await session.probe()
  return session
}

/** Hands the tokens over: vault first, then Poetry's keyring, then its files. */
export async function apply(context: Context, request: Request, gathered: Gathered): Promise<Applied> {
  const failed = new Map<string, CaSyncError>()
  const needs = tokenNeeds(gathered.planned)
  const session = needs.length > 0 ? await sessionFor(context, request, gathered) : undefined
  try {
    const results = await obtainAll(needs, context, request.state)
    const obtained = results.filter((result): result is Obtained => 'token' in result)
    for (const result of results)
      if ('error' in result) for (const { name } of result.need.targets) failed.set(name, result.error)
    const going = gathered.planned.filter(({ target, steps }) => steps.length > 0 && !failed.has(target.name))
    let state = request.state
    if (going.length > 0) {
      state = claim(state, going, obtained, context.credentials)
      await context.store.write(state)
    }
    const minted = obtained.filter((one) => one.minted)
    const vaulted = await fillVault(context, minted)
    if (session !== undefined && obtained.length > 0) {
      const result = await session.apply(handoverRequest(obtained, state))
      for (const [name, error] of result.failed) failed.set(name, error)
      state = confirm(state, obtained, gathered.reader, result)
    }
    const served = going.filter(({ target }) => !failed.has(target.name))
    await context.poetry.change(gathered.configDir, changesOf(served))
    return { state, failed, done: doneSteps(served, minted, vaulted) }
  } finally {
    session?.close()
  }
}

function doneSteps(
  served: readonly PlannedSource[],
  minted: readonly Obtained[],
  vaulted: boolean,
): Map<string, Step[]> {
  const renewed = new Set(minted.map(({ need }) => need.key))
  return new Map(
    served.map(({ target, steps }) => {
      const fresh: Step[] = renewed.has(target.token) ? ['token', ...(vaulted ? (['vault'] as const) : [])] : []
      return [target.name, [...fresh, ...steps.filter((step) => step !== 'token' && step !== 'vault')]]
    }),
  )
}
