import type { ArgumentsCamelCase, Argv, CommandModule, InferredOptionTypes } from 'yargs'
import { type Shell, shells } from '../core/shell.ts'
import { talkOptions } from './options.ts'

const actions = [...shells, 'install', 'uninstall'] as const

type Arguments = InferredOptionTypes<typeof talkOptions> & {
  action: (typeof actions)[number]
  shells: readonly Shell[] | undefined
}

export const hook = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'hook <action> [shells..]',
  describe: 'Renew tokens at the prompt: install into your shell, uninstall, or print the hook of a shell',
  builder: (yargs) =>
    yargs
      .positional('action', {
        choices: actions,
        demandOption: true,
        describe: 'install, uninstall, or print the hook of a shell',
      })
      .positional('shells', {
        choices: shells,
        array: true,
        describe: 'for install (default: yours) and uninstall (default: all)',
      })
      .options(talkOptions) as Argv<Arguments>,
  handler,
})
