import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs'
import { projectOptions, talkOptions } from './options.ts'

const options = { json: projectOptions.json, ...talkOptions } as const

type Arguments = InferredOptionTypes<typeof options>

export const watch = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'watch',
  describe: 'Rotate tokens in the foreground until stopped',
  builder: options,
  handler,
})
