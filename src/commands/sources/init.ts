import { CaSyncError, type ExitCode } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { InitArguments } from '../arguments.ts'
import { sync } from '../sync/sync.ts'
import { sourcesAdd } from './add.ts'
import { sourcesDeclare } from './declare.ts'

/** Adds a source, declares it to Poetry and syncs; a person is asked for what is missing. */
export async function init(machine: Machine, args: InitArguments, again: () => Machine): Promise<ExitCode> {
  const place = machine.projects.find(args.project)
  const { sources, unfit } = machine.projects.readAny(place)
  const hasSources = sources.length + unfit.length > 0
  const isBare = [args.name, args.url, args.domain].every((word) => word === undefined)
  const adds = !(isBare && hasSources)
  // What would be added is not there yet, for what comes next to be told of.
  const isAll = adds && args.dryRun
  const json = args.json && isAll
  const talk = { ...args, json, quiet: args.quiet || (args.json && !json) }
  if (adds) await sourcesAdd(machine, { ...talk, ...(await asked(machine, args)), goesOn: true })
  if (isAll && !args.quiet) machine.host.stderr('Then init would declare it in a [[tool.poetry.source]], and sync.\n')
  if (isAll) return 0
  await sourcesDeclare(machine, { ...talk, source: undefined })
  return sync(
    machine,
    {
      ...args,
      project: args.project === undefined ? undefined : [args.project],
      source: undefined,
      all: false,
      duration: undefined,
      refreshBefore: undefined,
      force: false,
      share: undefined,
      store: undefined,
      unattended: false,
      local: false,
      noLocal: false,
    },
    again,
  )
}

/** What names the repository. Throws CaSyncError USAGE where nobody can be asked. */
async function asked({ host }: Machine, args: InitArguments): Promise<Pick<InitArguments, 'domain' | 'region'>> {
  const { url, name, domain, region } = args
  if ([url, name].some((word) => word?.includes('://'))) return { domain, region }
  const missing = [domain === undefined ? '--domain' : '', region === undefined ? '--region' : ''].filter((one) => one)
  const what = `Which repository? ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`
  if (missing.length > 0 && !host.canAsk)
    throw new CaSyncError('USAGE', what, {
      hint: 'Type: ca-sync init NAME --domain DOMAIN --region REGION --repository REPOSITORY\nor:   ca-sync init NAME URL',
    })
  const usual = host.env['AWS_REGION'] || host.env['AWS_DEFAULT_REGION']
  return {
    domain: domain ?? (await ask(host, 'CodeArtifact domain')),
    region: region ?? (await ask(host, 'AWS region', usual)),
  }
}

async function ask(host: Machine['host'], what: string, usual?: string): Promise<string> {
  for (;;) {
    host.stderr(`${what}${usual ? ` [${usual}]` : ''}: `)
    const line = await host.readLine()
    if (line === undefined)
      throw new CaSyncError('USAGE', `No ${what} was given.`, { hint: 'Type: ca-sync init --help' })
    const answer = line.trim() || usual
    if (answer) return answer
  }
}
