import { hostOf } from './endpoint.ts'
import type { Handed } from './ledger.ts'
import type { HandoverRequest } from './ports.ts'
import type { State } from './state.ts'
import { type Target, username } from './target.ts'

/** Entries that Poetry would ask before ours: by our own names, and by URL where we wrote one and the host's serves now. */
function shadowing({ name, url, service }: Target, { entries }: State): string[] {
  const stale = service === hostOf(url) && entries[url] !== undefined
  return [`poetry-repository-${name}`, ...(stale ? [url] : [])]
}

/** The entries to write, those that would shadow them, and the look-ups that prove it. */
export function handoverRequest(handed: readonly Handed[], state: State): HandoverRequest {
  const pairs = handed.flatMap(({ targets, token }) => targets.map((target) => ({ target, password: token.value })))
  const services = new Map(pairs.map(({ target, password }) => [target.service, password]))
  return {
    remove: pairs.flatMap(({ target }) => shadowing(target, state)).map((service) => ({ service, username })),
    write: [...services].map(([service, password]) => ({ service, username, password })),
    check: pairs.map(({ target: { name, url }, password }) => ({ name, url, username, password })),
  }
}
