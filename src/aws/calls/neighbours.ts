import type { CodeartifactClientConfig } from '@aws-sdk/client-codeartifact'
import { type CaSyncError, hinting } from '../../core/words/errors.ts'
import { few } from '../../core/words/quote.ts'
import { closest } from '../../core/words/suggest.ts'
import type { Asked } from '../errors/failure.ts'

/** Milliseconds that a good hint is worth waiting for. */
const limitMs = 3_000

/** An unknown domain or repository, with the names that there are, where the identity may see them; else as it was. */
export async function withNeighbours(
  error: CaSyncError,
  { domain, repository }: Pick<Asked, 'domain' | 'repository'>,
  config: CodeartifactClientConfig,
  signal: AbortSignal,
): Promise<CaSyncError> {
  const isDomain = error.code === 'AWS_DOMAIN_UNKNOWN'
  if (domain === undefined || !(isDomain || error.code === 'AWS_REPOSITORY_UNKNOWN')) return error
  const { askDomains, askRepositories } = await import('./codeartifact.ts')
  const soon = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const asking = isDomain ? askDomains(config, domain.owner, soon) : askRepositories(config, domain, soon)
  const names = await asking.catch(() => [])
  if (names.length === 0) return error
  const near = closest((isDomain ? domain.domain : repository) ?? '', names)
  const all = `${isDomain ? `The account has in ${domain.region}` : 'The domain has'}: ${few(names, 10)}.`
  const hint = `${near === undefined ? '' : `Did you mean ${near}? `}${all}\n${error.hint}`
  return hinting(error, hint)
}
