import { foldersOfPoetry } from '../../core/variables/poetry-words.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { ExecArguments } from '../arguments.ts'
import { credentials } from './credentials.ts'

/** Runs a command with the tokens in its environment. @returns the command's exit code */
export async function exec(machine: Machine, args: ExecArguments): Promise<number> {
  const [program, ...words] = args.command ?? []
  if (program === undefined)
    throw new CaSyncError('USAGE', 'exec needs a command to run, after --.', {
      hint: 'For example: ca-sync exec -- poetry install',
    })
  const variables = await credentials(machine, args, ['.', ...foldersOfPoetry([program, ...words])])
  // The keyring's helper has nothing left to do.
  machine.close()
  return machine.run([program, ...words], variables)
}
