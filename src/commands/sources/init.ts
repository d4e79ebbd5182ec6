import { CaSyncError, caught, EXIT, type ExitCode, hinting } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { InitArguments } from '../arguments.ts'
import { signedIn, sync } from '../sync/sync.ts'
import { sourcesAdd, wantedSource } from './add.ts'
import { addAndDeclare } from './declare.ts'

/** Adds a source and declares it, once AWS was asked for it, and syncs; a person is asked for what is missing. */
export async function init(machine: Machine, args: InitArguments, again: () => Machine): Promise<ExitCode> {
  const place = machine.projects.find(args.project)
  const { sources, unfit } = machine.projects.readAny(place)
  const isBare = [args.name, args.url, args.domain].every((word) => word === undefined)
  const adds = !(isBare && sources.length + unfit.length > 0)
  const words = adds ? { ...args, ...(await asked(machine, args)) } : undefined
  const attempt = (on: Machine) => caught(() => begin(on, args, words, again))
  let ended = await attempt(machine)
  if (ended instanceof CaSyncError && (await signedIn(machine, args, [ended]))) {
    const second = again()
    ended = await attempt(second).finally(() => second.close())
  }
  if (ended instanceof CaSyncError) throw asTyped(ended)
  return ended
}

/** @param words - what is added; undefined where all is there */
async function begin(machine: Machine, args: InitArguments, words: InitArguments | undefined, again: () => Machine) {
  if (words && args.dryRun) {
    await sourcesAdd(machine, words)
    // What would be added is not there yet, for what comes next to be told of.
    if (!args.quiet) machine.host.stderr('Then init would declare it in a [[tool.poetry.source]], and sync.\n')
    return EXIT.ok
  }
  const wanted = words && { source: await wantedSource(machine, words), replace: args.replace }
  await addAndDeclare(machine, { ...args, json: false, quiet: args.quiet || args.json, source: undefined }, wanted)
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

/** What `sources add` would say, for who typed `init`. */
const asTyped = (error: CaSyncError): CaSyncError =>
  hinting(error, error.hint.replaceAll('ca-sync sources add', 'ca-sync init'))

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
