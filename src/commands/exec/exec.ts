import { foldersOfPoetry } from '../../core/variables/poetry-words.ts'
import type { Machine } from '../../machine.ts'
import type { ExecArguments } from '../arguments.ts'
import { credentials } from './credentials.ts'

/** Runs a command with the tokens in its environment. @returns the command's exit code */
export async function exec(machine: Machine, args: ExecArguments): Promise<number> {
  // Without one the words that were typed were refused.
  const [program = '', ...words] = args.command ?? []
  const variables = await credentials(machine, args, ['.', ...foldersOfPoetry([program, ...words])])
  // The keyring's helper has nothing left to do.
  machine.close()
  return machine.run([program, ...words], variables)
}
