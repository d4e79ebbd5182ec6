import { type Entry, tablesText } from '../../core/toml/array.ts'
import type { Machine, ProjectPlace } from '../../machine.ts'
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
  array: Parameters<Machine['extendProject']>[1],
  entries: readonly Entry[],
  done: string,
): Promise<void> {
  const write = await machine.extendProject(place, array, entries)
  if (!dryRun) await write()
  if (!quiet) machine.host.stdout(dryRun ? tablesText(array, entries) : done)
}
