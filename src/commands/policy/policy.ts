import { usedSources } from '../../core/memory/state.ts'
import type { Access, PolicyFormat } from '../../core/policy/choices.ts'
import { writers } from '../../core/policy/formats.ts'
import {
  checkPrincipal,
  type InPartition,
  identityPolicy,
  inOrder,
  resourcePolicies,
} from '../../core/policy/policy.ts'
import { readFlags } from '../../core/project/settings.ts'
import { partitionOf } from '../../core/repository/region.ts'
import { CaSyncError, caught, EXIT, type ExitCode } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { type Survey, surveyOf } from '../../survey/survey.ts'
import { chooserOf, type Draft, draft, resolveRepository } from '../../survey/targets.ts'
import type { PolicyArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'

export interface WantedPolicy {
  readonly access: readonly Access[]
  /** The account to let in; without one, an identity is to get in. */
  readonly principal?: string | undefined
  readonly format: PolicyFormat
}

/** Where what is printed is not all that it may seem, as whole sentences. */
export function cautions(repositories: readonly InPartition[], { principal, format }: WantedPolicy): string[] {
  if (principal === undefined) return []
  const own = new Set(repositories.filter(({ owner }) => owner === principal).map(({ domain }) => domain))
  const places = new Set(repositories.map(({ owner, region }) => `${owner} in ${region}`))
  const texts = [...own].map(
    (domain) =>
      `${principal} owns ${domain}: its identities need no resource policy, only what ca-sync policy prints without --principal.`,
  )
  if (format === 'json' || places.size === 1) return texts
  const unit = format === 'terraform' ? 'provider' : 'stack'
  const split = `One ${unit} is for one account and region, and these are ${[...places].join(', ')}: print them one by one, with --source.`
  return [...texts, split]
}

/** The one thing to know beside the document. */
export function noteOn(repositories: readonly InPartition[], { access, principal, format }: WantedPolicy) {
  if (principal !== undefined && format === 'cloudformation')
    return 'The stack will own the domain and its repositories: import existing ones first (a change set of type IMPORT), with their descriptions and upstreams.'
  if (!access.includes('read')) return 'This lets publish, not install. For both, type: --access read write'
  return repositories.some(({ owner }) => principal !== undefined && owner !== principal)
    ? `Identities of ${principal} need a policy of their own, too: what ca-sync policy prints without --principal.`
    : undefined
}

type Parts = Run & Pick<Machine, 'projects' | 'aws' | 'store' | 'userConfig'>

/** Prints what IAM has to allow: an identity, or another account. AWS is asked only for an owner that nothing else tells. */
export async function policy(machine: Parts, args: PolicyArguments): Promise<ExitCode> {
  const { access = ['read'], principal, format, quiet } = args
  if (principal !== undefined) checkPrincipal(principal)
  const wanted = { access, principal, format }
  const seen = surveyOf(machine, args)
  const repositories = await locate(machine, seen, args)
  const text = policyText(repositories, wanted)
  for (const text of [...seen.project.warnings, ...cautions(repositories, wanted)]) machine.warn(text)
  if (args.json) tellDone(machine, args, { policy: format === 'json' ? JSON.parse(text) : text }, '')
  else machine.host.stdout(text)
  const note = quiet || args.json ? undefined : noteOn(repositories, wanted)
  if (note !== undefined) machine.host.stderr(`${note}\n`)
  return EXIT.ok
}

async function locate(machine: Parts, seen: Survey, args: PolicyArguments): Promise<readonly InPartition[]> {
  const used = { sources: usedSources(seen.state, seen.project.folder) }
  const drafts = draft(seen.sources, used, await chooserOf(machine, readFlags(args)))
  const repositories = await Promise.all(drafts.map((one) => placedRepository(machine, one)))
  return repositories.map((one) => ({ ...one, partition: partitionOf(one.region)?.id ?? 'aws' }))
}

/** @throws CaSyncError AWS_* with the way around AWS; what its own hint says to type is for `ca-sync` */
async function placedRepository(machine: Pick<Machine, 'aws'>, one: Draft) {
  const found = await caught(() => resolveRepository(one, machine))
  if (!(found instanceof CaSyncError)) return found
  const what = `${one.source.name} names no owner, so AWS was asked for your account: ${found.message}`
  throw new CaSyncError(found.code, what, {
    hint: `Name it in pyproject.toml: aws-codeartifact-owner = "123456789012"\nOr type ca-sync first, which remembers it. ${found.hint}`,
    cause: found,
  })
}

function policyText(repositories: readonly InPartition[], { access, principal, format }: WantedPolicy): string {
  const writer = writers[format]
  if (principal !== undefined) return writer.resources(resourcePolicies(repositories, access, principal))
  const domains = new Set(repositories.map(({ domain }) => domain))
  return writer.identity(identityPolicy(repositories, access), [...domains, ...inOrder(access)].join('-'))
}
