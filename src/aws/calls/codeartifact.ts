import {
  CodeartifactClient,
  type CodeartifactClientConfig as Config,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
  paginateListDomains,
  paginateListRepositoriesInDomain,
} from '@aws-sdk/client-codeartifact'
import type { Domain, Repository } from '../../core/repository/source.ts'

/** CodeArtifact GetAuthorizationToken. @param duration - in seconds; left out of the request when undefined */
export function askToken(config: Config, { domain, owner }: Domain, duration: number | undefined, signal: AbortSignal) {
  const command = new GetAuthorizationTokenCommand({ domain, domainOwner: owner, durationSeconds: duration })
  return new CodeartifactClient(config).send(command, { abortSignal: signal })
}

/** CodeArtifact GetRepositoryEndpoint; undefined when the caller may not ask, which reading packages does not need. */
export async function askEndpoint(config: Config, { domain, owner, repository }: Repository, signal: AbortSignal) {
  const command = new GetRepositoryEndpointCommand({ domain, domainOwner: owner, repository, format: 'pypi' })
  try {
    return await new CodeartifactClient(config).send(command, { abortSignal: signal })
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return undefined
    throw error
  }
}

/** CodeArtifact ListRepositoriesInDomain, all pages of it. */
export async function askRepositories(config: Config, { domain, owner }: Domain, signal: AbortSignal) {
  const client = new CodeartifactClient(config)
  const pages = paginateListRepositoriesInDomain({ client }, { domain, domainOwner: owner }, { abortSignal: signal })
  const names: string[] = []
  for await (const { repositories = [] } of pages) names.push(...repositories.flatMap(({ name = [] }) => name))
  return names
}

/** CodeArtifact ListDomains, of one account; others' domains are not in the caller's list. */
export async function askDomains(config: Config, account: string, signal: AbortSignal) {
  const names: string[] = []
  const pages = paginateListDomains({ client: new CodeartifactClient(config) }, {}, { abortSignal: signal })
  for await (const { domains = [] } of pages)
    names.push(...domains.flatMap(({ name = [], owner }) => (owner === account ? name : [])))
  return names
}
