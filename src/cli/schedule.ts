import type { ArgumentsCamelCase, Argv, CommandModule, InferredOptionTypes } from 'yargs'
import { schedulerKinds } from '../core/schedule.ts'
import { once, talkOptions } from './options.ts'

const actions = ['install', 'status', 'uninstall'] as const

const options = {
  using: { choices: schedulerKinds, requiresArg: true, describe: 'the scheduler (default: what fits this machine)' },
  print: { type: 'boolean', default: false, describe: 'show the files and install nothing' },
  json: { type: 'boolean', default: false, describe: 'one JSON document on stdout' },
  ...talkOptions,
} as const

type Arguments = InferredOptionTypes<typeof options> & { action: (typeof actions)[number] }

export const schedule = (
  handler: (args: ArgumentsCamelCase<Arguments>) => Promise<void>,
): CommandModule<unknown, Arguments> => ({
  command: 'schedule <action>',
  describe: 'Renew tokens from a job of your own: install, status or uninstall',
  builder: (yargs) =>
    yargs
      .positional('action', { choices: actions, demandOption: true, describe: 'what to do with the job' })
      .options(options)
      .check(once('using')) as Argv<Arguments>,
  handler,
})
