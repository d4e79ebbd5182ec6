import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs'
import { projectOptions, talkOptions } from './options.ts'

const options = {
  ...projectOptions,
  all: { type: 'boolean', default: false, describe: 'every project that was synced' },
  ...talkOptions,
} as const

type Arguments = InferredOptionTypes<typeof options>

export const logout = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'logout',
  describe: 'Remove the tokens, entries and settings that ca-sync wrote, and nothing else',
  builder: options,
  handler,
})
