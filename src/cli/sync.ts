import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs'
import { keepingOptions, projectOptions, talkOptions, tokenOptions } from './options.ts'

const options = {
  ...projectOptions,
  all: {
    type: 'boolean',
    default: false,
    describe: 'every project that was synced before',
  },
  ...tokenOptions,
  ...keepingOptions,
  'dry-run': { alias: 'n', type: 'boolean', default: false, describe: 'print the plan, change nothing' },
  unattended: { type: 'boolean', default: false, describe: 'for jobs: never prompt, short limits' },
  ...talkOptions,
} as const

type Arguments = InferredOptionTypes<typeof options>

export const sync = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: ['sync', '$0'],
  describe: 'Make Poetry work with the CodeArtifact sources of the project',
  builder: options,
  handler,
})
