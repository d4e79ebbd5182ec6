import { shells } from './core/ports/shell.ts'
import { orElse } from './core/words/or-else.ts'
import { type ProgramPlace, stablePrograms } from './schedule/stable-programs.ts'
import { hookText } from './shell/hook.ts'

/** The hook of `hook SHELL`; what cannot be printed, the program explains. */
export function quickHook(words: readonly string[], place: ProgramPlace): string | undefined {
  const shell = shells.find((one) => one === words[1])
  if (shell === undefined || words.length !== 2) return undefined
  return orElse(() => hookText(shell, stablePrograms(place).programs), undefined)
}
