// Apart from the calls that `ca-sync policy` sees to: doctor does without these.
import {
  CodeartifactClient,
  type CodeartifactClientConfig,
  DescribePackageCommand,
  DescribeRepositoryCommand,
} from '@aws-sdk/client-codeartifact'
import type { PackageOrigin } from '../../core/ports/aws.ts'
import type { Repository } from '../../core/repository/source.ts'

/** A chain of upstreams is at most that long (CodeArtifact's quotas: 25 repositories are searched). */
const mostUpstreams = 25

/** The public indexes that a repository and its upstreams are connected to. */
async function externalOf(client: CodeartifactClient, { domain, owner, repository }: Repository, signal: AbortSignal) {
  const names = [repository]
  const found = new Set<string>()
  for (let at = 0; at < Math.min(names.length, mostUpstreams); at += 1) {
    const command = new DescribeRepositoryCommand({ domain, domainOwner: owner, repository: names[at] })
    const { upstreams = [], externalConnections = [] } =
      (await client.send(command, { abortSignal: signal })).repository ?? {}
    for (const { repositoryName: name = '' } of upstreams) if (!names.includes(name)) names.push(name)
    for (const { externalConnectionName: name, packageFormat } of externalConnections)
      if (name !== undefined && packageFormat === 'pypi') found.add(name)
  }
  return [...found]
}

/** CodeArtifact DescribePackage of each, and where its repository's upstreams lead to; without a package that is not there. */
export async function askOrigins(
  config: CodeartifactClientConfig,
  repository: Repository,
  packages: readonly string[],
  abortSignal: AbortSignal,
): Promise<readonly PackageOrigin[]> {
  const client = new CodeartifactClient(config)
  const { domain, owner } = repository
  const asked = packages.map(async (name) => {
    const where = { domain, domainOwner: owner, repository: repository.repository }
    const about = { ...where, format: 'pypi', package: name } as const
    const answer = await client.send(new DescribePackageCommand(about), { abortSignal }).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
      throw error
    })
    const { publish, upstream } = answer?.package?.originConfiguration?.restrictions ?? {}
    return publish === undefined ? [] : [{ name, publish: publish === 'ALLOW', upstream: upstream === 'ALLOW' }]
  })
  const found = (await Promise.all(asked)).flat()
  const external = found.some(({ upstream }) => upstream) ? await externalOf(client, repository, abortSignal) : []
  return found.map((one) => ({ ...one, external: one.upstream ? external : [] }))
}
