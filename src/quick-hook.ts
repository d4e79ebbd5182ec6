import { shells } from './core/ports/shell.ts'
import { type ProgramPlace, stablePrograms } from './schedule/stable-programs.ts'
import { hookText } from './shell/hook.ts'

/** The hook of `hook SHELL`, where nothing is to be said beside it: what is, the program says. */
export function quickHook(words: readonly string[], place: ProgramPlace): string | undefined {
  const shell = shells.find((one) => one === words[1])
  if (shell === undefined || words.length !== 2) return undefined
  try {
    const { programs, warnings } = stablePrograms(place)
    return warnings.length === 0 ? hookText(shell, programs) : undefined
  } catch {
    return undefined
  }
}
