import yargs from 'yargs'
import { describeError, toDocument } from '../commands/report.ts'
import { createContext, type Manner } from '../context.ts'
import { CaSyncError, EXIT, type ExitCode } from '../core/errors.ts'
import type { Host } from '../core/host.ts'
import { printableLines } from '../core/quote.ts'
import { redact } from '../core/redact.ts'
import { refuseRepeated } from './options.ts'
import { schedule } from './schedule.ts'
import { status } from './status.ts'
import { sync } from './sync.ts'

const usage = (message: string): CaSyncError => new CaSyncError('USAGE', message, 'Type: ca-sync --help')

/** yargs' own words, for people who do not know what an argument is. */
const strings = {
  'Not enough arguments following: %s': 'The option %s needs a value.',
  'Unknown argument: %s': 'There is no such command or option: %s.',
}

const isBusy = (error: unknown): boolean => error instanceof CaSyncError && error.code === 'BUSY'

/** Runs one command line to its exit code. The only place where errors become text. */
export async function run(host: Host): Promise<number> {
  const asked = (...names: string[]): boolean => host.argv.some((word) => names.includes(word))
  try {
    return await dispatch(host)
  } catch (error) {
    // The run that holds the lock does this one's work.
    if (isBusy(error) && asked('--unattended')) return EXIT.ok
    return fail(host, error, { json: asked('--json'), verbose: asked('--verbose', '-v') })
  }
}

async function dispatch(host: Host): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok
  const handle =
    <A extends { quiet: boolean; verbose: boolean; unattended?: boolean }>(
      command: (context: ReturnType<typeof createContext>, args: A) => Promise<ExitCode>,
    ) =>
    async (args: A): Promise<void> => {
      const manner: Manner = { quiet: args.quiet, verbose: args.verbose, unattended: args.unattended ?? false }
      const context = createContext(host, manner)
      try {
        code = await command(context, args)
      } finally {
        context.close()
      }
    }
  await yargs()
    .scriptName('ca-sync')
    .locale('en')
    .updateStrings(strings)
    .check(refuseRepeated)
    .usage('$0 [command] [options]\n\nMakes plain Poetry work with AWS CodeArtifact.')
    .command(sync(async (args) => handle((await import('../commands/sync.ts')).sync)(args)))
    .command(status(async (args) => handle((await import('../commands/status.ts')).status)(args)))
    .command(schedule(async (args) => handle((await import('../commands/schedule.ts')).schedule)(args)))
    .version(host.version)
    .help()
    .alias('help', 'h')
    .strict()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // What a handler throws comes without a message.
      throw message ? usage(message) : error
    })
    .parseAsync([...host.argv], {}, (_error: unknown, _args: unknown, text: string) => {
      if (text !== '') host.stdout(`${text}\n`)
    })
  return code
}

function fail(host: Host, error: unknown, { json, verbose }: { json: boolean; verbose: boolean }): ExitCode {
  const known = error instanceof CaSyncError
  if (json && known) host.stdout(toDocument({ sources: [], warnings: [] }, error))
  host.stderr(redact(known ? describeError(error) : describeBug(error), []))
  if (verbose) host.stderr(redact(`${printableLines(causes(error))}\n`, []))
  return known ? error.exitCode : EXIT.bug
}

const describeBug = (error: unknown): string =>
  `error: this is a bug in ca-sync: ${printableLines(error instanceof Error ? error.message : String(error))}\n  Run the same with --verbose and report what it prints.\n`

function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { stack = error.message, cause } = error
  return cause === undefined ? stack : `${stack}\ncaused by: ${causes(cause)}`
}
