import type { State } from '../core/memory/state.ts'
import { CaSyncError } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'
import { type Draft, type DraftTarget, type FailedSource, resolveTarget } from './targets.ts'

interface Resolved {
  readonly targets: readonly DraftTarget[]
  readonly failures: readonly FailedSource[]
}

interface Resolving {
  readonly drafts: readonly Draft[]
  readonly state: State
  readonly force: boolean
}

/** Asks AWS for what the state does not know of the sources; with `force`, for everything. */
export async function resolve(machine: Pick<Machine, 'aws'>, { drafts, state, force }: Resolving): Promise<Resolved> {
  const memory = force ? { ...state, endpoints: {} } : state
  const asked = force ? drafts.map((draft) => ({ ...draft, record: undefined })) : drafts
  const results = await Promise.all(asked.map((draft) => resolved(draft, () => resolveTarget(draft, memory, machine))))
  return {
    targets: results.filter((result): result is DraftTarget => !('error' in result)),
    failures: results.filter((result): result is FailedSource => 'error' in result),
  }
}

async function resolved<T>({ source }: Draft, work: () => Promise<T>): Promise<T | FailedSource> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CaSyncError) return { source, error }
    throw error
  }
}
