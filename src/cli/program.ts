import yargs from 'yargs'
import { Parser } from 'yargs/helpers'
import { describeCauses, describeError, failedDocument } from '../commands/report.ts'
import { createContext, type Manner } from '../context.ts'
import { CaSyncError, EXIT, type ExitCode } from '../core/errors.ts'
import { homeOf } from '../core/full-path.ts'
import type { Host } from '../core/host.ts'
import { isUnloaded, unloaded } from '../core/load.ts'
import { shells } from '../core/shell.ts'
import { redacted } from '../terminal.ts'
import { withCompletion } from './completion.ts'
import { doctor } from './doctor.ts'
import { env } from './env.ts'
import { exec } from './exec.ts'
import { hook } from './hook.ts'
import { logout } from './logout.ts'
import { refuseRepeated } from './options.ts'
import { policy } from './policy.ts'
import { schedule } from './schedule.ts'
import { sources } from './sources.ts'
import { status } from './status.ts'
import { sync } from './sync.ts'
import { watch } from './watch.ts'

const usage = (message: string, hint = 'Type: ca-sync --help'): CaSyncError =>
  new CaSyncError('USAGE', message.replaceAll(/\s*\n\s*/g, ' ').replace(/\.?$/, '.'), hint)

const execHint = 'The command to run stands after --, for example: ca-sync exec -- poetry install'

/** yargs' own words, for people who do not know what an argument is. */
const strings = { 'Not enough arguments following: %s': 'The option %s needs a value.' }

function bug(error: unknown): CaSyncError {
  if (isUnloaded(error)) return new CaSyncError('BUG', ...unloaded(error), error)
  const what = `this is a bug in ca-sync: ${error instanceof Error ? error.message : String(error)}`
  return new CaSyncError('BUG', what, 'Run the same with --verbose and report what it prints.', error)
}

const ignoredText = ([name, value]: readonly [string, string | undefined]): string =>
  `${name} is ${value}, which would be another place in each folder: it is ignored. Give its full path, or unset it.`

/** Options that say how to tell of an error, also of one in the command line itself. Words after `--` are another program's. */
const telling = { boolean: ['json', 'verbose', 'unattended'], alias: { verbose: ['v'] } }

/** Runs one command line to its exit code. The only place where errors become text. */
export async function run(raw: Host): Promise<number> {
  const secrets = new Set<string>()
  const host = redacted(raw, secrets)
  try {
    return await dispatch(host, secrets)
  } catch (error) {
    return tell(host, error instanceof CaSyncError ? error : bug(error))
  }
}

function tell(host: Host, error: CaSyncError): ExitCode {
  const {
    _: [command],
    json,
    verbose,
    unattended,
  } = Parser([...host.argv], { ...telling, configuration: { 'populate--': true } })
  // The run that holds the lock does this one's work.
  const isDone = error.code === 'BUSY' && unattended
  if (json) host.stdout(failedDocument(command?.toString(), isDone ? [error.message] : [], isDone ? null : error))
  if (isDone) return EXIT.ok
  host.stderr(describeError(error))
  if (verbose) host.stderr(describeCauses(error))
  return error.exitCode
}

/** The words of ca-sync, and those of the command that `exec` is to run: what stands after `--` is not ours to read. */
function split(argv: readonly string[]): { words: readonly string[]; command?: readonly string[] } {
  const end = argv.indexOf('--')
  const words = argv.slice(0, end)
  return end !== -1 && words.includes('exec') ? { words, command: argv.slice(end + 1) } : { words: argv }
}

async function dispatch(host: Host, secrets: Set<string>): Promise<number> {
  const { words, command } = split(host.argv)
  let code: number = EXIT.ok
  const handle =
    <A extends { quiet: boolean; verbose: boolean; unattended?: boolean }>(
      run: (context: ReturnType<typeof createContext>, args: A) => Promise<number>,
      { inPassing = false, needsHome = true } = {},
    ) =>
    async (args: A): Promise<void> => {
      const { quiet, verbose, unattended = false } = args
      const manner: Manner = { quiet, verbose, unattended, inPassing }
      if (needsHome) homeOf(host)
      const context = createContext(host, manner, secrets)
      try {
        if (!unattended) for (const variable of Object.entries(host.ignored)) context.warn(ignoredText(variable))
        code = await run(context, args)
      } finally {
        context.close()
      }
    }
  const program = yargs([], host.cwd)
    .scriptName('ca-sync')
    .locale('en')
    .updateStrings(strings)
    // Known before the command is: else yargs takes the command after them for their value.
    .boolean(['q', 'quiet', 'v', 'verbose'])
    .check(refuseRepeated)
    .usage('$0 [command] [options]\n\nMakes plain Poetry work with AWS CodeArtifact.')
    .command(sync(async (args) => handle((await import('../commands/sync.ts')).sync)(args)))
    .command(status(async (args) => handle((await import('../commands/status.ts')).status)(args)))
    .command(
      doctor(async (args) =>
        handle((await import('../commands/doctor.ts')).doctor)({ ...args, unattended: true as const }),
      ),
    )
    .command(
      exec(async (args) =>
        handle((await import('../commands/exec.ts')).exec, { inPassing: true })({ ...args, command }),
      ),
    )
    .command(env(async (args) => handle((await import('../commands/env.ts')).env, { inPassing: true })(args)))
    .command(schedule(async (args) => handle((await import('../commands/schedule.ts')).schedule)(args)))
    .command(
      watch(async (args) =>
        handle((await import('../commands/watch.ts')).watch)({ ...args, unattended: true as const }),
      ),
    )
    .command(
      hook(async (args) => {
        const needsHome = !shells.some((shell) => shell === args.action)
        return handle((await import('../commands/hook.ts')).hook, { needsHome })(args)
      }),
    )
    .command(
      sources({
        list: async (args) => handle((await import('../commands/sources.ts')).sources)(args),
        declare: async (args) => handle((await import('../commands/sources-declare.ts')).sourcesDeclare)(args),
        add: async (args) => handle((await import('../commands/sources-add.ts')).sourcesAdd)(args),
      }),
    )
    .command(policy(async (args) => handle((await import('../commands/policy.ts')).policy)(args)))
    .command(logout(async (args) => handle((await import('../commands/logout.ts')).logout)(args)))
  await withCompletion(program, host)
    .version(host.version)
    .help()
    .alias('help', 'h')
    .strict()
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(null)
    .fail((message, error) => {
      // What a handler throws comes without a message.
      throw message ? usage(message, words.includes('exec') && !command ? execHint : undefined) : error
    })
    .parseAsync([...words], {}, (_error: unknown, _args: unknown, text: string) => {
      if (text !== '') host.stdout(`${text}\n`)
    })
  return code
}
