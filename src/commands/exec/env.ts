import { resolve } from 'node:path'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { formats, maskLines } from '../../shell/formats.ts'
import { append, writeOutput } from '../../shell/output.ts'
import type { EnvArguments } from '../arguments.ts'
import { wholeDocument } from '../documents.ts'
import { credentials } from './credentials.ts'

/** Prints the variables that `exec` would set. */
export async function env(machine: Machine, args: EnvArguments): Promise<ExitCode> {
  const write = writer(machine, args)
  const variables = await credentials(machine, args)
  await write(args.json ? wholeDocument({ variables, error: null }) : formats[args.format](variables))
  return EXIT.ok
}

/** Where the text goes. @throws CaSyncError USAGE, before anything is asked of AWS */
function writer(
  machine: Pick<Machine, 'host' | 'secrets' | 'warn'>,
  { format: named, output, show, json }: EnvArguments,
): (text: string) => Promise<void> | void {
  const { host } = machine
  const format = json ? 'json' : named
  if (output !== undefined && format !== 'github')
    return async (text) => {
      if (await writeOutput(resolve(host.cwd, output), text, host)) return
      machine.warn(
        `Whoever may read its folder may read ${output}: it cannot be kept from other users of this computer.`,
      )
    }
  if (host.isShown && !show)
    throw refusedUsage(
      'Nothing was printed: stdout is a terminal, and the tokens would stay readable on its screen and in its history.',
      'Type: eval "$(ca-sync env)", or ca-sync env --output FILE; to see them all the same: ca-sync env --show',
    )
  return format === 'github' ? githubWriter(machine, output) : host.reveal
}

/** The file that a step of GitHub Actions leaves variables in, for the steps after it; the masks go to its log. */
function githubWriter({ host, secrets }: Pick<Machine, 'host' | 'secrets'>, output: string | undefined) {
  if (output !== undefined)
    throw refusedUsage(
      '--format github writes to the file that $GITHUB_ENV names, so it takes no --output.',
      'Leave out --output.',
    )
  const file = host.env['GITHUB_ENV']
  if (!file)
    throw refusedUsage(
      '$GITHUB_ENV is not set: --format github is for a step of GitHub Actions.',
      'Elsewhere, type: ca-sync env --format sh',
    )
  return async (text: string) => {
    host.reveal(maskLines(secrets))
    await append(resolve(host.cwd, file), text)
  }
}

const refusedUsage = (message: string, hint: string): CaSyncError => new CaSyncError('USAGE', message, { hint })
