import { usedSources } from '../../core/memory/state.ts'
import { writers } from '../../core/policy/formats.ts'
import { checkPrincipal, identityPolicy, inOrder, type Placed, resourcePolicies } from '../../core/policy/policy.ts'
import type { Project } from '../../core/ports/project.ts'
import { partitionOf } from '../../core/repository/region.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { readFlags } from '../../survey/flags.ts'
import { chooserOf, type Draft, draft, resolveRepository, selectSources } from '../../survey/targets.ts'
import type { PolicyArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { cautions, noteOn, type WantedPolicy } from './text.ts'

type Parts = Run & Pick<Machine, 'projects' | 'aws' | 'store' | 'userConfig'>

/** Prints what IAM has to allow: an identity, or another account. AWS is asked only for an owner that nothing else tells. */
export async function policy(machine: Parts, args: PolicyArguments): Promise<ExitCode> {
  const { project: folder, access = ['read'], principal, format, quiet } = args
  if (principal !== undefined) checkPrincipal(principal)
  const wanted = { access, principal, format }
  const project = machine.projects.read(machine.projects.find(folder))
  const repositories = await locate(machine, project, args)
  const text = policyText(repositories, wanted)
  for (const text of [...project.warnings, ...cautions(repositories, wanted)]) machine.warn(text)
  if (args.json) tellDone(machine, args, { policy: format === 'json' ? JSON.parse(text) : text }, '')
  else machine.host.stdout(text)
  const note = quiet || args.json ? undefined : noteOn(repositories, wanted)
  if (note !== undefined) machine.host.stderr(`${note}\n`)
  return EXIT.ok
}

async function locate(machine: Parts, project: Project, args: PolicyArguments): Promise<readonly Placed[]> {
  const { store } = machine
  const chooser = chooserOf(machine, await machine.userConfig(), readFlags(args))
  const used = { sources: usedSources(store.read(), project.folder) }
  const drafts = draft(selectSources(project, args.source), used, chooser)
  const repositories = await Promise.all(drafts.map((one) => placedRepository(machine, one)))
  return repositories.map((one) => ({ ...one, partition: partitionOf(one.region)?.id ?? 'aws' }))
}

/** @throws CaSyncError AWS_* with the way around AWS; what its own hint says to type is for `ca-sync` */
async function placedRepository(machine: Pick<Machine, 'aws'>, one: Draft) {
  try {
    return await resolveRepository(one, machine)
  } catch (error) {
    if (!(error instanceof CaSyncError)) throw error
    throw new CaSyncError(
      error.code,
      `${one.source.name} names no owner, so AWS was asked for your account: ${error.message}`,
      {
        hint: `Name it in pyproject.toml: aws-codeartifact-owner = "123456789012"\nOr type ca-sync first, which remembers it. ${error.hint}`,
        cause: error,
      },
    )
  }
}

function policyText(repositories: readonly Placed[], { access, principal, format }: WantedPolicy): string {
  const writer = writers[format]
  if (principal !== undefined) return writer.resources(resourcePolicies(repositories, access, principal))
  const domains = new Set(repositories.map(({ domain }) => domain))
  return writer.identity(identityPolicy(repositories, access), [...domains, ...inOrder(access)].join('-'))
}
