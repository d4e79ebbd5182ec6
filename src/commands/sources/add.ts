import type { Project } from '../../core/ports/project.ts'
import { poetryTable } from '../../core/project/declarations.ts'
import {
  newSource,
  pluginEntry,
  sameSource,
  typedDomain,
  typedRepository,
  typedUrl,
  type Wanted,
} from '../../core/project/new-source.ts'
import { pluginTable } from '../../core/project/plugin-sources.ts'
import type { Source } from '../../core/repository/source.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { inFolder, printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Change } from '../../poetry/files/pyproject-edit.ts'
import type { Run } from '../../run.ts'
import type { AddArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { shortName } from '../wording.ts'
import { extend, extending, named, nothingAdded } from './extend.ts'
import { pickRepository } from './pick.ts'

type Parts = Run & Pick<Machine, 'projects' | 'aws' | 'store' | 'lock' | 'userConfig'>

export async function sourcesAdd(machine: Parts, args: AddArguments): Promise<ExitCode> {
  const place = machine.projects.find(args.project)
  const source = await wantedSource(machine, args)
  return extending(machine, args, async () => {
    const { changes, text } = addition(machine.projects.readAny(place), source, args)
    const where = inFolder(args.project)
    const next = `Next, type: ca-sync sources declare${where}, then: ca-sync${where}\n`
    if (changes.length === 0) tellDone(machine, args, nothingAdded(place), text)
    else await extend(machine, args, place, changes, `${text}${next}`)
    return EXIT.ok
  })
}

/** The source that was typed; a person is asked for the repository. @throws CaSyncError USAGE, AWS_* */
export async function wantedSource(machine: Parts, args: AddArguments): Promise<Source> {
  const { name, url } = readWords(args)
  return newSource(name, url === undefined ? await byFlags(machine, args, name) : typedUrl(url, machine))
}

export type Addition = ReturnType<typeof addition>

/** What adds a source to a project, and says so; no changes where it is there. @throws CaSyncError SOURCE_INVALID */
export function addition(project: Project, source: Source, { replace }: Pick<AddArguments, 'replace'>) {
  const file = printable(project.file)
  const isNamed = named(source.name)
  const broken = project.unfit.find(({ source: { name } }) => isNamed({ name }))
  if (broken !== undefined && !replace) throw broken.error
  const there = replace ? undefined : sameSource(project, source)
  if (there !== undefined)
    return { source, changes: [], text: `Nothing to add: ${file} has ${there.name}, ${described(there)}.\n` }
  const isOld = replace ? isNamed : () => false
  const changes: Change[] = [
    { array: poetryTable, without: isOld, entries: [] },
    { array: pluginTable, without: isOld, entries: [pluginEntry(source)] },
  ]
  return { source, changes, text: `Added ${source.name}, ${described(source)}, to ${file}.\n` }
}

const described = (source: Source): string => `${shortName(source)} (${source.region})`

/** @throws CaSyncError USAGE */
function readWords({ name, url, domain, owner, region, repository }: AddArguments) {
  const words = [name, url].filter((word) => word !== undefined)
  const isUrl = (word: string): boolean => word.includes('://')
  const [urls, names] = [words.filter(isUrl), words.filter((word) => !isUrl(word))]
  if (urls.length > 1 || names.length > 1) throw addUsage('Give one name and one URL, or one of the two.')
  if (urls.length > 0 && [domain, owner, region, repository].some((flag) => flag !== undefined))
    throw addUsage('The URL says it all: it goes with none of --domain, --owner, --region and --repository.')
  return { name: names[0], url: urls[0] }
}

const addUsage = (message: string): CaSyncError =>
  new CaSyncError('USAGE', message, { hint: 'Type: ca-sync sources add --help' })

async function byFlags(machine: Parts, args: AddArguments, name: string | undefined): Promise<Wanted> {
  const domain = typedDomain(args, machine)
  const repository =
    args.repository === undefined ? await pickRepository(machine, domain, args, name) : typedRepository(args.repository)
  return { ...domain, repository }
}
