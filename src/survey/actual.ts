import type { State } from '../core/memory/state.ts'
import type { Actual } from '../core/plan/plan.ts'
import { noNames } from '../core/ports/poetry-files.ts'
import type { PoetryPython } from '../core/ports/poetry-python.ts'
import type { Machine } from '../machine.ts'

type Files = Pick<Machine, 'poetryFiles'>

/**
 * Poetry's Python and keyring backend: who reads what was handed over, for a run and in its own shell.
 * @param isJob - the run is for other shells than its own
 */
export async function readersOf({ poetryFiles }: Files, { python }: PoetryPython, isJob: boolean) {
  const reader = `${python} ${await poetryFiles.backendChoice()}`
  const here = poetryFiles.isBare() ? `${reader} no bus` : reader
  return [isJob ? reader : here, here] as const
}

/** What is, by what the state knows and this moment is; what a verb has seen besides goes into `seen`. The one maker of it. */
export const actualOf = (
  { keysStamp, host, renewed }: Pick<Machine, 'host' | 'renewed' | 'keysStamp'>,
  state: State,
  seen: Partial<Pick<Actual, 'names' | 'reader' | 'keysStamp' | 'force' | 'authTouched' | 'yields'>> = {},
): Actual => ({
  state,
  names: noNames,
  reader: '',
  keysStamp,
  now: host.now(),
  force: false,
  authTouched: false,
  renewed,
  ...seen,
})
