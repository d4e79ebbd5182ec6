import { rivalProblem } from '../core/doctor/packages.ts'
import type { ProjectRecord } from '../core/memory/state.ts'
import type { Installation, PoetryProgram } from '../core/ports/poetry-python.ts'
import { hostOf } from '../core/repository/endpoint.ts'
import { CaSyncError, caught } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'

export interface FoundPoetry {
  readonly program: PoetryProgram
  readonly installation: Installation
}

/** Finds Poetry and asks its Python what it is. The caller closes the session, which is undefined where there is none to ask. */
export async function openPoetry(machine: Pick<Machine, 'finder' | 'keyring'>, folder: string, record?: ProjectRecord) {
  const program = await caught(() => machine.finder.find(folder, record?.poetry, 'path'))
  if (program instanceof CaSyncError) return { poetry: program, session: undefined }
  const session = machine.keyring.inspect(program, folder)
  const installation = await caught(() => session.describe())
  if (!(installation instanceof CaSyncError)) return { poetry: { program, installation }, session }
  session.close()
  return { poetry: installation, session: undefined }
}

/** What of other tools in Poetry's Python stands in the way of sources with these URLs. */
export const rivalIn = (
  { finder }: Pick<Machine, 'finder'>,
  program: PoetryProgram,
  urls: readonly string[],
  isKeyringAsked = false,
): CaSyncError | undefined =>
  program.python === '' ? undefined : rivalProblem(finder.site(program), urls.map(hostOf), { isKeyringAsked })
