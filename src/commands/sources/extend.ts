import type { ProjectPlace } from '../../core/ports/project.ts'
import { type Entry, tablesText } from '../../core/toml/array.ts'
import type { Machine } from '../../machine.ts'
import type { ArrayPath } from '../../poetry/files/pyproject-edit.ts'
import type { ExtendArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'

type Parts = Pick<Machine, 'lock'>

/** Runs what reads a project and then extends it, while no other ca-sync does. */
export async function extending<T>(machine: Parts, { dryRun }: ExtendArguments, work: () => Promise<T>): Promise<T> {
  const hold = dryRun ? undefined : await machine.lock()
  try {
    return await work()
  } finally {
    await hold?.release()
  }
}

/**
 * Adds tables to pyproject.toml and says so; `--dry-run` prints them.
 * @param done - what to say then, as whole lines
 */
export async function extend(
  machine: Pick<Machine, 'host' | 'warnings'>,
  args: ExtendArguments,
  place: ProjectPlace,
  array: ArrayPath,
  entries: readonly Entry[],
  done: string,
): Promise<void> {
  const { addToPyproject } = await import('../../poetry/files/pyproject-edit.ts')
  const write = await addToPyproject(place.file, array, entries)
  if (!args.dryRun) await write()
  const document = { file: place.file, table: array.join('.'), added: entries, written: !args.dryRun }
  tellDone(machine, args, document, args.dryRun ? tablesText(array, entries) : done)
}

/** The document of a command that found nothing to add. */
export const nothingAdded = ({ file }: ProjectPlace): object => ({ file, table: null, added: [], written: false })
