import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs'
import { projectOptions, talkOptions } from './options.ts'

const options = { ...projectOptions, ...talkOptions } as const

type Arguments = InferredOptionTypes<typeof options>

export const status = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'status',
  describe: 'Show each source: repository, expiry, ready or why not (asks neither AWS nor the keyring)',
  builder: options,
  handler,
})
