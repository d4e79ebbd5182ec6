import { rivalProblem } from '../core/doctor/packages.ts'
import type { PoetryProgram } from '../core/ports/poetry-finder.ts'
import { hostOf } from '../core/repository/endpoint.ts'
import type { CaSyncError } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'

/** What of other tools in Poetry's Python stands in the way of sources with these URLs. */
export const rivalIn = (
  { finder }: Pick<Machine, 'finder'>,
  program: PoetryProgram,
  urls: readonly string[],
  asked: { readonly isKeyringAsked: boolean },
): CaSyncError | undefined =>
  program.python === '' ? undefined : rivalProblem(finder.site(program), urls.map(hostOf), asked)
