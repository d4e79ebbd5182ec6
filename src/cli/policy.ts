import type { ArgumentsCamelCase, Argv, CommandModule, InferredOptionTypes } from 'yargs'
import { accesses } from '../core/policy.ts'
import { policyFormats } from '../core/policy-formats.ts'
import { identityOptions, once, projectOptions, talkOptions } from './options.ts'

const options = {
  access: {
    array: true,
    requiresArg: true,
    choices: accesses,
    // With a default here, yargs would take --access without a value for it.
    describe: 'what for: to install (default), to publish, or, with both words, both',
  },
  principal: {
    type: 'string',
    requiresArg: true,
    describe: 'the policies of the domains and repositories that let another account in: its 12 digits',
  },
  format: { choices: policyFormats, requiresArg: true, default: 'json', describe: 'how to write it' },
  project: projectOptions.project,
  source: projectOptions.source,
  ...identityOptions,
  ...talkOptions,
} as const

type Arguments = InferredOptionTypes<typeof options>

export const policy = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'policy',
  describe: 'Print the IAM policy that the sources need: to install, to publish, or for another account',
  builder: (yargs) => yargs.options(options).check(once('principal', 'format')) as Argv<Arguments>,
  handler,
})
