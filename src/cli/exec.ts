import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs'
import { credentialOptions } from './options.ts'

const execOptions = credentialOptions

type Arguments = InferredOptionTypes<typeof execOptions>

export const exec = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'exec',
  describe: 'Run a command with the tokens in its environment only: ca-sync exec -- poetry install',
  builder: (yargs) => yargs.usage('$0 exec [options] -- COMMAND [ARGUMENT...]').options(execOptions),
  handler,
})
