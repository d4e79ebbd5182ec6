import type { ProjectPlace } from '../../core/ports/project.ts'
import { tablesText } from '../../core/toml/table.ts'
import type { Machine } from '../../machine.ts'
import type { Change } from '../../poetry/files/pyproject-edit.ts'
import type { ExtendArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { alone } from '../locked.ts'

type Parts = Pick<Machine, 'lock'>

/** Runs what reads a project and then extends it, while no other ca-sync does. */
export const extending = <T>(machine: Parts, { dryRun }: ExtendArguments, work: () => Promise<T>): Promise<T> =>
  dryRun ? work() : alone(machine, work)

/**
 * Changes tables of pyproject.toml and says so; `--dry-run` prints those that it would add.
 * @param done - what to say then, as whole lines
 */
export async function extend(
  machine: Pick<Machine, 'host' | 'warnings'>,
  args: ExtendArguments,
  place: ProjectPlace,
  changes: readonly Change[],
  done: string,
): Promise<void> {
  const { editPyproject } = await import('../../poetry/files/pyproject-edit.ts')
  const write = await editPyproject(place.file, changes)
  if (!args.dryRun) await write()
  const added = changes.flatMap(({ entries }) => entries)
  const document = { file: place.file, table: changes.at(-1)?.array.join('.') ?? null, added, written: !args.dryRun }
  const preview = changes.map(({ array, entries }) => tablesText(array, entries)).join('')
  tellDone(machine, args, document, args.dryRun ? preview : done)
}

export const nothingAdded = ({ file }: ProjectPlace): object => ({ file, table: null, added: [], written: false })

/** Whether a table is the source of a name; case does not matter to Poetry. */
export const named =
  (name: string) =>
  (table: Readonly<Record<string, unknown>>): boolean =>
    String(table['name']).toLowerCase() === name.toLowerCase()
