import { poetryTable } from '../../core/project/declarations.ts'
import { pluginTable } from '../../core/project/plugin-sources.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { inFolder, printable, quote } from '../../core/words/quote.ts'
import { closest } from '../../core/words/suggest.ts'
import type { Machine } from '../../machine.ts'
import type { RemoveArguments } from '../arguments.ts'
import { extend, extending, named } from './extend.ts'

export async function sourcesRemove(machine: Machine, args: RemoveArguments): Promise<ExitCode> {
  const place = machine.projects.find(args.project)
  return extending(machine, args, async () => {
    const { sources, unfit, declarations, folder } = machine.projects.readAny(place)
    const file = printable(place.file)
    const is = named(args.name)
    const names = [
      ...new Set([...sources, ...unfit.map(({ source }) => source), ...declarations].map(({ name }) => name)),
    ]
    const found = names.find((name) => is({ name }))
    if (found === undefined) {
      const near = closest(args.name, names)
      throw new CaSyncError('SOURCE_UNKNOWN', `There is no source ${quote(args.name)} in ${file}.`, {
        hint: near === undefined ? `It has: ${names.join(', ') || 'none'}.` : `Did you mean ${near}?`,
      })
    }
    const changes = [pluginTable, poetryTable].map((array) => ({ array, without: is, entries: [] }))
    const isKnown = machine.store.read().projects[folder]?.sources.some(({ name }) => is({ name })) === true
    const next = isKnown ? `To remove its entries too, type: ca-sync logout${inFolder(args.project)} -s ${found}\n` : ''
    await extend(machine, args, place, changes, `Removed ${found} from ${file}.\n${next}`)
    return EXIT.ok
  })
}
