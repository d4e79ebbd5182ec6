import type { Path } from './cli/command.ts'
import { commands } from './cli/commands.ts'
import { completionScript } from './cli/completion/completion.ts'
import { help } from './cli/help.ts'
import type { Host } from './core/ports/host.ts'
import { shellOf, shells } from './core/ports/shell.ts'
import { inked, lookOf } from './core/words/look.ts'

/** The commands that some words name; undefined where one is unknown, which the program explains. */
function pathOf(words: readonly string[]): Path | undefined {
  let known = commands
  const path = words.map((word) => {
    const found = known.find(({ name }) => name === word)
    known = found?.actions ?? []
    return found
  })
  return path.every((one) => one !== undefined) ? path : undefined
}

const asking = ['-h', '--help']

/** Of a terminal, or of a pipe. */
type Around = Pick<Host, 'env' | 'platform' | 'docs' | 'width'> & { isShown(): boolean }

function helpFor(words: readonly string[], around: Around): string | undefined {
  const isAsked = asking.includes(words.at(-1) ?? '')
  if (!isAsked && words[0] !== 'help') return undefined
  const path = pathOf(isAsked ? words.slice(0, -1) : words.slice(1))
  const look = around.isShown() ? lookOf(around) : undefined
  return path && inked(help(commands, path, { width: around.width(), docs: around.docs, look }), (text) => text)
}

function completionFor(
  [command, word, ...more]: readonly string[],
  ownShell: string | undefined,
  platform: NodeJS.Platform,
): string | undefined {
  if (command !== 'completion' || more.length > 0) return undefined
  const shell = word === undefined ? shellOf(ownShell, platform) : shells.find((one) => one === word)
  return shell && completionScript(shell, commands)
}

/** The whole answer to a plain request for help or for a completion script: no parser, nothing is looked up. */
export const quickHelp = (words: readonly string[], around: Around): string | undefined =>
  helpFor(words, around) ?? completionFor(words, around.env['SHELL'], around.platform)
