import type { ProjectPlace } from '../../core/ports/project.ts'
import { type Entry, tablesText } from '../../core/toml/array.ts'
import type { Machine } from '../../machine.ts'
import type { ArrayPath } from '../../poetry/files/pyproject-edit.ts'
import type { ExtendArguments } from '../arguments.ts'

/** Runs what reads a project and then extends it, while no other ca-sync does. */
export async function extending<T>(machine: Machine, { dryRun }: ExtendArguments, work: () => Promise<T>): Promise<T> {
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
  machine: Machine,
  { dryRun, quiet }: ExtendArguments,
  place: ProjectPlace,
  array: ArrayPath,
  entries: readonly Entry[],
  done: string,
): Promise<void> {
  const { addToPyproject } = await import('../../poetry/files/pyproject-edit.ts')
  const write = await addToPyproject(place.file, array, entries)
  if (!dryRun) await write()
  if (!quiet) machine.host.stdout(dryRun ? tablesText(array, entries) : done)
}
