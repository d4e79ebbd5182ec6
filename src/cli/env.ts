import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs'
import { formatNames } from '../core/variables.ts'
import { credentialOptions } from './options.ts'

const envOptions = {
  format: { type: 'string', requiresArg: true, choices: formatNames, default: 'sh', describe: 'for whom to write' },
  output: { alias: 'o', type: 'string', requiresArg: true, describe: 'write to a file that only you may read' },
  show: { type: 'boolean', default: false, describe: 'print tokens even to a terminal' },
  ...credentialOptions,
} as const

type Arguments = InferredOptionTypes<typeof envOptions>

export const env = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'env',
  describe: 'Print the tokens as environment variables: eval "$(ca-sync env)"',
  builder: envOptions,
  handler,
})
