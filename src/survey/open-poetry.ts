import type { ProjectRecord } from '../core/memory/state.ts'
import type { PoetryProgram } from '../core/ports/poetry-finder.ts'
import type { Inspection, Installation } from '../core/ports/poetry-keyring.ts'
import { CaSyncError, caught } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'

/** The Poetry that a shell here would start. */
export interface FoundPoetry {
  readonly program: PoetryProgram
  readonly installation: Installation
}

interface OpenedPoetry {
  readonly poetry: FoundPoetry | CaSyncError
  /** undefined where there is no Poetry to ask. */
  readonly session: Inspection | undefined
}

/** Finds Poetry and asks its Python what it is. The caller closes the session. */
export async function openPoetry(
  machine: Pick<Machine, 'finder' | 'keyring'>,
  folder: string,
  record: ProjectRecord | undefined,
): Promise<OpenedPoetry> {
  const program = await caught(() => machine.finder.find(folder, record?.poetry, 'path'))
  if (program instanceof CaSyncError) return { poetry: program, session: undefined }
  const session = machine.keyring.inspect(program, folder)
  const installation = await caught(() => session.describe())
  if (!(installation instanceof CaSyncError)) return { poetry: { program, installation }, session }
  session.close()
  return { poetry: installation, session: undefined }
}
