import yargs from 'yargs'
import { Parser } from 'yargs/helpers'
import { describeCauses, describeError, failedDocument } from '../commands/report.ts'
import { homeOf } from '../core/ports/full-path.ts'
import type { Host } from '../core/ports/host.ts'
import { CaSyncError, EXIT, type ExitCode } from '../core/words/errors.ts'
import { isUnloaded, unloaded } from '../core/words/load.ts'
import { shellWord } from '../core/words/quote.ts'
import { createMachine } from '../machine.ts'
import { redacted } from '../terminal.ts'
import { asYargs, type Called, type Command } from './command.ts'
import { commands } from './commands.ts'
import { withCompletion } from './completion.ts'

const usage = (message: string, hint = 'Type: ca-sync --help'): CaSyncError =>
  new CaSyncError('USAGE', message.replaceAll(/\s*\n\s*/g, ' ').replace(/\.?$/, '.'), { hint })

const execHint = 'The command to run stands after --, for example: ca-sync exec -- poetry install'

/** yargs' own words, for people who do not know what an argument is. */
const strings = { 'Not enough arguments following: %s': 'The option %s needs a value.' }

function bug(error: unknown): CaSyncError {
  const what = `this is a bug in ca-sync: ${error instanceof Error ? error.message : String(error)}`
  const [message, hint] = isUnloaded(error)
    ? unloaded(error)
    : [what, 'Run the same with --verbose and report what it prints.']
  return new CaSyncError('BUG', message, { hint, cause: error })
}

const ignoredText = ([name, value]: readonly [string, string | undefined]): string =>
  `${name} is ${value}, which would be another place in each folder: it is ignored. Give its full path, or unset it.`

/** Options that say how to tell of an error, also of one in the command line itself. Words after `--` are another program's. */
const telling = { boolean: ['json', 'quiet', 'verbose', 'unattended'], alias: { quiet: ['q'], verbose: ['v'] } }

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

const noSources = (warnings: readonly string[]) => ({ sources: [], warnings })

const nameOf = (name: Command['name']): string | undefined => [name].flat()[0]?.split(' ')[0]

function tell(host: Host, error: CaSyncError): ExitCode {
  const { _: words, ...options } = Parser([...host.argv], { ...telling, configuration: { 'populate--': true } })
  const { json, verbose, unattended } = options
  // The run that holds the lock does this one's work.
  const isDone = error.code === 'BUSY' && unattended
  if (json) {
    const { failed = noSources } = commands.find(({ name }) => nameOf(name) === words[0]) ?? {}
    host.stdout(failedDocument(failed(isDone ? [error.message] : []), isDone ? null : error))
  }
  if (isDone) return EXIT.ok
  host.stderr(describeError(error))
  if (verbose) host.stderr(describeCauses(error))
  return error.exitCode
}

/**
 * The words of ca-sync, and those of the command that `exec` is to run: what stands after `--` is not ours to read.
 * @throws CaSyncError USAGE where they would be dropped, and a program that was meant to run would not
 */
function split(argv: readonly string[]): { words: readonly string[]; command?: readonly string[] } {
  const end = argv.indexOf('--')
  if (end === -1 || argv.includes(completionFlag)) return { words: argv }
  const [words, command] = [argv.slice(0, end), argv.slice(end + 1)]
  if (words.includes('exec')) return { words, command }
  const meant = command.length === 0 ? 'poetry install' : command.map(shellWord).join(' ')
  throw usage('The words after -- are for exec', `Type: ca-sync exec -- ${meant}`)
}

/** By which shells ask yargs what may come next. */
const completionFlag = '--get-yargs-completions'

async function call(host: Host, secrets: Set<string>, command: Command, args: Called): Promise<number> {
  const { unattended = false, inPassing = false } = { ...args, ...command }
  const run = await command.load()
  if (!command.homeless?.(args as never)) homeOf(host)
  const machine = createMachine(host, { ...args, unattended, inPassing }, secrets)
  try {
    if (!unattended) for (const variable of Object.entries(host.ignored)) machine.warn(ignoredText(variable))
    return await run(machine, args as never)
  } finally {
    machine.close()
  }
}

async function dispatch(host: Host, secrets: Set<string>): Promise<number> {
  const { words, command } = split(host.argv)
  let code: number = EXIT.ok
  const program = yargs([], host.cwd)
    .scriptName('ca-sync')
    .locale('en')
    .updateStrings(strings)
    // Known before the command is: else yargs takes the command after them for their value.
    .boolean(['q', 'quiet', 'v', 'verbose'])
    .usage('$0 [command] [options]\n\nMakes plain Poetry work with AWS CodeArtifact.')
  for (const one of commands)
    program.command(
      asYargs(one, async (called, args) => {
        code = await call(host, secrets, called, { ...args, command })
      }),
    )
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
