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
import { type GoesOn, pickRepository } from './pick.ts'

type Parts = Run & Pick<Machine, 'projects' | 'aws' | 'store' | 'lock' | 'userConfig'>

/** @param args.goesOn - what is next is done by the same command */
export async function sourcesAdd(machine: Parts, args: AddArguments & GoesOn): Promise<ExitCode> {
  const place = machine.projects.find(args.project)
  const file = printable(place.file)
  const { name, url } = readWords(args)
  const source = newSource(name, url === undefined ? await byFlags(machine, args, name) : typedUrl(url, machine))
  return extending(machine, args, async () => {
    const project = machine.projects.readAny(place)
    const broken = project.unfit.find(({ source: { name } }) => named(source.name)({ name }))
    if (broken !== undefined && !args.replace) throw broken.error
    const there = args.replace ? undefined : sameSource(project, source)
    if (there !== undefined) {
      const text = `Nothing to add: ${file} has ${there.name}, ${described(there)}.\n`
      tellDone(machine, args, nothingAdded(place), text)
      return EXIT.ok
    }
    const where = inFolder(args.project)
    const next = args.goesOn ? '' : `Next, type: ca-sync sources declare${where}, then: ca-sync${where}\n`
    const isOld = args.replace ? named(source.name) : () => false
    const changes: Change[] = [
      { array: poetryTable, without: isOld, entries: [] },
      { array: pluginTable, without: isOld, entries: [pluginEntry(source)] },
    ]
    const done = `Added ${source.name}, ${described(source)}, to ${file}.\n${next}`
    await extend(machine, args, place, changes, done)
    return EXIT.ok
  })
}

const described = (source: Source): string => `${shortName(source)} (${source.region})`

/** @throws CaSyncError USAGE */
function readWords({ name, url, domain, owner, region, repository }: AddArguments) {
  const words = [name, url].filter((word) => word !== undefined)
  const isUrl = (word: string): boolean => word.includes('://')
  const [urls, names] = [words.filter(isUrl), words.filter((word) => !isUrl(word))]
  if (urls.length > 1 || names.length > 1) throw addUsage('sources add takes one name and one URL, or one of the two.')
  if (urls.length > 0 && [domain, owner, region, repository].some((flag) => flag !== undefined))
    throw addUsage('The URL says it all: it goes with none of --domain, --owner, --region and --repository.')
  return { name: names[0], url: urls[0] }
}

const addUsage = (message: string): CaSyncError =>
  new CaSyncError('USAGE', message, { hint: 'Type: ca-sync sources add --help' })

async function byFlags(machine: Parts, args: AddArguments & GoesOn, name: string | undefined): Promise<Wanted> {
  const domain = typedDomain(args, machine)
  const repository =
    args.repository === undefined ? await pickRepository(machine, domain, args, name) : typedRepository(args.repository)
  return { ...domain, repository }
}
