import type { Project } from '../ports/project.ts'
import { hostOf, isVpcEndpoint, simpleUrl } from '../repository/endpoint.ts'
import { checkRegion } from '../repository/region.ts'
import type { Domain, Repository, Source } from '../repository/source.ts'
import type { Entry } from '../toml/table.ts'
import { CaSyncError, caughtNow } from '../words/errors.ts'
import { present } from '../words/present.ts'
import { quote } from '../words/quote.ts'
import { checkedName, checkedRegion, invalid, type Place, ruled, rules } from './fields.ts'
import { isRepository, repositoryOf, shown } from './sources.ts'

/** A repository whose owner may be left out: the caller's own account. */
export type Wanted = Pick<Source, 'domain' | 'owner' | 'region' | 'repository'>
export type WantedDomain = Omit<Domain, 'owner'> & Pick<Wanted, 'owner'>

type Typed = Partial<Record<'domain' | 'owner' | 'region', string | undefined>> & { readonly force?: boolean }

type Checker = { warn(text: string): void }

const commandLine: Place = { file: '' }

/** By the rules for pyproject.toml. @throws CaSyncError USAGE */
export function typedDomain({ domain, owner, region, force }: Typed, { warn }: Checker): WantedDomain {
  if (domain === undefined || region === undefined)
    throw new CaSyncError('USAGE', `Which repository? ${domain === undefined ? '--domain' : '--region'} is missing.`, {
      hint: 'Type: ca-sync sources add NAME --domain DOMAIN --region REGION --repository REPOSITORY\nor:   ca-sync sources add NAME URL',
    })
  if (!force) refuseNearRegion(region)
  return asUsage(() =>
    present({
      domain: ruled(domain, rules.domain, '--domain', commandLine),
      owner: owner === undefined ? undefined : ruled(owner, rules.owner, '--owner', commandLine),
      region: checkedRegion(region, '--region', commandLine, warn),
    }),
  )
}

/** @throws CaSyncError USAGE */
function refuseNearRegion(region: string): void {
  const check = checkRegion(region)
  if (check.kind !== 'unlisted' || check.suggestion === undefined) return
  const what = `--region ${quote(region)} is not a region that this version knows. Did you mean ${check.suggestion}?`
  throw new CaSyncError('USAGE', what, {
    hint: `Type the same with --region ${check.suggestion}, or with --force if the region is that new.`,
  })
}

/** @throws CaSyncError USAGE */
export const typedRepository = (repository: string): string =>
  asUsage(() => ruled(repository, rules.repository, '--repository', commandLine))

/** @throws CaSyncError USAGE */
export function typedUrl(url: string, { warn }: Checker): Repository {
  const repository = asUsage(() => repositoryOf(url, commandLine, warn))
  if (repository !== undefined && isVpcEndpoint(hostOf(url)))
    throw new CaSyncError('USAGE', 'The URL is that of a VPC endpoint, which only a [[tool.poetry.source]] can name.', {
      hint: `Type: poetry source add --priority explicit NAME ${simpleUrl(url)}`,
    })
  if (repository !== undefined) return repository
  throw new CaSyncError('USAGE', 'The URL is not that of a CodeArtifact repository.', {
    hint: 'It looks like https://my-domain-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/my-repository/simple/',
  })
}

/** A new source of the plugin's table. @param name - by default the repository's @throws CaSyncError USAGE */
export const newSource = (name: string | undefined, wanted: Wanted): Source => ({
  name: asUsage(() => plainName(name ?? wanted.repository.replaceAll('.', '-'))),
  ...wanted,
  origin: 'plugin',
})

function plainName(name: string): string {
  const found = checkedName(name, commandLine)
  if (!found.includes('.')) return found
  throw invalid(commandLine, 'name has a ".", which Poetry before 2.4 reads as a nested table', '')
}

/** A mistake in what was typed is not one of the project. */
function asUsage<T>(check: () => T): T {
  const found = caughtNow(check)
  if (!(found instanceof CaSyncError)) return found
  throw new CaSyncError('USAGE', found.message, { hint: 'Type: ca-sync sources add --help' })
}

export const pluginEntry = ({ name, domain, owner, region, repository }: Source): Entry =>
  present({
    name,
    'aws-codeartifact-domain': domain,
    'aws-codeartifact-owner': owner,
    'aws-codeartifact-region': region,
    'aws-codeartifact-repository': repository,
  })

/**
 * The source that a project has by that name already, where it is the same repository; undefined where the name is free.
 * @throws CaSyncError SOURCE_INVALID where the name is another repository's, or another server's
 */
export function sameSource(
  { sources, declarations, file }: Pick<Project, 'sources' | 'declarations' | 'file'>,
  source: Source,
): Source | undefined {
  const isNamed = ({ name }: { readonly name: string }) => name.toLowerCase() === source.name.toLowerCase()
  const there = sources.find(isNamed)
  const url = declarations.find(isNamed)?.url
  if (there === undefined && url === undefined) return undefined
  if (there !== undefined && isRepository(there, source)) return there
  const holder = there === undefined ? `a source at ${serverOf(url ?? '')}` : shown(there)
  const what = `The name ${quote(source.name)} is taken in ${file}: there it is ${holder}, and not ${shown(source)}.`
  throw new CaSyncError('SOURCE_INVALID', what, {
    hint: 'Give the source another name: ca-sync sources add NAME …\nOr put it in place of that one: the same with --replace',
  })
}

/** A URL may have a password in it. */
const serverOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'another server')
