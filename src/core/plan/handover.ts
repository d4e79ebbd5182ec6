import type { HandoverRequest } from '../ports/poetry-keyring.ts'
import type { Handed } from './kept.ts'
import { hidingUrls, lookUpUrls, username } from './target.ts'

/** The entries to write, those that would shadow them, and the look-ups that prove it. */
export function handoverRequest(handed: readonly Handed[]): HandoverRequest {
  const pairs = handed.flatMap(({ targets, token }) => targets.map((target) => ({ target, password: token.secret })))
  const services = new Map(pairs.flatMap(({ target, password }) => target.services.map((one) => [one, password])))
  return {
    remove: pairs
      .flatMap(({ target }) => [`poetry-repository-${target.name}`, ...hidingUrls(target)])
      .map((service) => ({ service, username })),
    write: [...services].map(([service, password]) => ({ service, username, password })),
    check: pairs.flatMap(({ target: { name, url }, password }) =>
      lookUpUrls(url).map((asked) => ({ name, url: asked, username, password })),
    ),
  }
}
