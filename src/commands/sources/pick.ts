import type { WantedDomain } from '../../core/project/new-source.ts'
import { readFlags } from '../../core/project/settings.ts'
import { CaSyncError, type ErrorCode, hinting } from '../../core/words/errors.ts'
import { printable, shellWord } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { chooserOf, draft } from '../../survey/targets.ts'
import type { AddArguments } from '../arguments.ts'

type Parts = Run & Pick<Machine, 'projects' | 'aws' | 'store' | 'userConfig'>

/** Lets a person choose one of the domain's repositories. Throws CaSyncError USAGE where nobody can be asked, AWS_*. */
export async function pickRepository(machine: Parts, domain: WantedDomain, args: AddArguments, name?: string) {
  const names = await repositoriesOf(machine, domain, args, name)
  if (names.length === 0) throw none(domain)
  if (!machine.host.canAsk) throw whichRepository(domain, names, args, name)
  return choose(machine, domain, names)
}

async function repositoriesOf(machine: Parts, domain: WantedDomain, args: AddArguments, name = '') {
  const { aws, store } = machine
  const record = store.read().projects[machine.projects.find(args.project).folder]
  const source = { ...domain, name, repository: '', origin: 'plugin' } as const
  const chooser = await chooserOf(machine, readFlags(args))
  const identity = draft([source], record, chooser)[0]?.identity ?? { base: { kind: 'default' } }
  machine.progress('Asking AWS for the repositories…')
  try {
    const owner = domain.owner ?? (await aws.account(identity, domain.region))
    return await aws.repositories({ ...domain, owner }, identity)
  } catch (error) {
    throw explainedByHand(error)
  }
}

/** What AWS says of a source is about pyproject.toml; this is about what was typed. */
const typedHints: Partial<Record<ErrorCode, (hint: string) => string>> = {
  AWS_DOMAIN_UNKNOWN: () => 'Check --domain, --owner and --region.',
  AWS_ACCESS_DENIED: (hint) => `${hint}\nOr name the repository yourself: --repository NAME`,
}

function explainedByHand(error: unknown): unknown {
  const hint = error instanceof CaSyncError ? typedHints[error.code] : undefined
  if (!(error instanceof CaSyncError) || hint === undefined) return error
  return hinting(error, hint(error.hint))
}

const none = ({ domain, region }: WantedDomain): CaSyncError =>
  new CaSyncError('AWS_REPOSITORY_UNKNOWN', `Domain ${domain} in ${region} has no repository.`, {
    hint: `Make one: aws codeartifact create-repository --domain ${domain} --region ${region} --repository NAME`,
  })

function whichRepository(
  { domain, owner, region }: WantedDomain,
  names: readonly string[],
  { profile }: AddArguments,
  name?: string,
) {
  const options = [
    `--domain ${domain}`,
    owner && `--owner ${owner}`,
    `--region ${region}`,
    `--repository ${names[0]}`,
    profile && `--profile ${shellWord(profile)}`,
  ]
  const words = [name, ...options].filter((word) => word !== undefined)
  const what = `Which repository? Domain ${domain} has: ${names.join(', ')}.`
  return new CaSyncError('USAGE', what, {
    hint: `Type, for example: ca-sync sources add ${words.join(' ')}`,
  })
}

async function choose({ host }: Parts, { domain, region }: WantedDomain, names: readonly string[]): Promise<string> {
  const width = String(names.length).length
  const lines = names.map((name, index) => `  ${String(index + 1).padStart(width)}  ${printable(name)}\n`)
  host.stderr(`Repositories of ${domain} (${region}):\n${lines.join('')}`)
  for (;;) {
    host.stderr(`Which one? [1-${names.length}] `)
    const line = await host.readLine()
    if (line === undefined)
      throw new CaSyncError('USAGE', 'No repository was chosen.', { hint: 'Name it: --repository NAME' })
    const chosen = /^\s*\d+\s*$/.test(line) ? names[Number(line) - 1] : names.find((name) => name === line.trim())
    if (chosen !== undefined) return chosen
  }
}
