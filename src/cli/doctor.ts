import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs'
import { projectOptions, talkOptions } from './options.ts'

const options = {
  ...projectOptions,
  offline: { type: 'boolean', default: false, describe: 'ask neither AWS nor the index' },
  ...talkOptions,
} as const

type Arguments = InferredOptionTypes<typeof options>

export const doctor = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'doctor',
  describe: 'Find what keeps Poetry from a source, and what to type to mend it (changes nothing)',
  builder: options,
  handler,
})
