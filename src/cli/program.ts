import { failedDocument, wholeDocument } from '../commands/documents.ts'
import { describeCauses, describeError } from '../commands/wording.ts'
import { homeOf } from '../core/ports/full-path.ts'
import type { Host } from '../core/ports/host.ts'
import type { Shell } from '../core/ports/shell.ts'
import { CaSyncError, EXIT, type ExitCode, hinting, inPlace } from '../core/words/errors.ts'
import { isUnloaded, unloaded } from '../core/words/load.ts'
import { lookOf } from '../core/words/look.ts'
import { inFolder, quote, shellWord } from '../core/words/quote.ts'
import type { Manner, Run } from '../run.ts'
import { redacted } from '../terminal.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { parseLine, unswallowed } from './line.ts'
import { type TypedLine, typed } from './typed.ts'

function bug(cause: unknown): CaSyncError {
  const what = `this is a bug in ca-sync: ${cause instanceof Error ? cause.message : String(cause)}`
  const [message, hint] = isUnloaded(cause)
    ? unloaded(cause)
    : [what, 'Run the same with --verbose and report what it prints.']
  return new CaSyncError('BUG', message, { hint, cause })
}

const ignoredText = ([name, value]: readonly [string, string | undefined]): string =>
  `${name} is ${value}, which would be another place in each folder: it is ignored. Give its full path, or unset it.`

/** For the start, which keeps what was compiled: what writes it, and the name of the command that ran. */
export { writeFile } from '../files/atomic.ts'
export async function commandOf(argv: readonly string[]): Promise<string | undefined> {
  const line = await typed(argv, commands)
  return commands.find((one) => line.asks === 'run' && line.command === one)?.name
}

type Open = (host: Host, manner: Manner, secrets: Set<string>) => Run
type Machines = (needs: Command['needs']) => Promise<Open>
type Make = (needs: Command['needs']) => Promise<(manner: Manner) => Run>

const machinesOf: Machines = async (needs) => {
  if (needs === 'run') return (await import('../run.ts')).openRun
  return needs === 'desk' ? (await import('../desk.ts')).openDesk : (await import('../machine.ts')).createMachine
}

/**
 * Runs one command line to its exit code. The only place where errors become text.
 * @param crash - rejects with what nobody caught
 */
export async function run(raw: Host, machines = machinesOf, crash = new Promise<never>(() => {})): Promise<number> {
  const secrets = new Set<string>()
  const warned: string[] = []
  const host = redacted(raw, secrets)
  const make: Make = async (needs) => {
    const open = await machines(needs)
    return (manner) => {
      // A run starts without what the one before knew.
      secrets.clear()
      return open(host, manner, secrets)
    }
  }
  try {
    return await Promise.race([crash, typed(host.argv, commands).then((line) => answer(host, make, line, warned))])
  } catch (error) {
    return await tell(host, error instanceof CaSyncError ? error : bug(error), warned)
  }
}

const emptyDocument = (warnings: readonly string[]) => ({ sources: [], warnings })

/** What names no source, or has options that only a command knows, may be a line whose command an option took for its own. */
async function asMeant(error: CaSyncError, { argv }: Host): Promise<CaSyncError> {
  if (error.code !== 'USAGE' && error.code !== 'SOURCE_UNKNOWN') return error
  const lines = await unswallowed(argv, commands)
  const right = await Promise.all(lines.map((line) => typed(line, commands).catch(() => undefined)))
  const meant = lines.find((_, at) => right[at] !== undefined)
  if (meant === undefined) return error
  const [name = ''] = meant
  const isAbout =
    error.code === 'USAGE' ? name === 'exec' || error.hint.endsWith('--help') : error.message.includes(quote(name))
  if (!isAbout) return error
  return hinting(error, `Type: ca-sync ${meant.map(shellWord).join(' ')}`)
}

/** An error in the command line, too, is told as it asks to be told of errors. */
async function tell(host: Host, found: CaSyncError, warned: readonly string[]): Promise<ExitCode> {
  const { words, values } = await parseLine(host.argv, commands)
  const [folder, ...others] = [values['project'] ?? []].flat()
  const where = typeof folder === 'string' && others.length === 0 ? inFolder(folder) : ''
  const error = inPlace(await asMeant(found, host), where)
  // The run that holds the lock does this one's work.
  const isDone = error.code === 'BUSY' && values['unattended'] === true
  if (values['json'] === true) {
    const { failed = emptyDocument, lines } = commands.find(({ name }) => name === words[0]) ?? {}
    host.stdout(
      failedDocument(failed([...warned, ...(isDone ? [error.message] : [])]), isDone ? null : error, lines && 0),
    )
  }
  if (isDone) return EXIT.ok
  host.stderr(describeError(error))
  // Of a line that cannot be read, a -v may be a part of the mistake.
  const isRead = await typed(host.argv, commands).catch(() => host.argv.includes('--verbose'))
  if (values['verbose'] === true && isRead) host.stderr(describeCauses(error))
  return error.exitCode
}

async function answer(host: Host, make: Make, line: TypedLine, warned: string[]): Promise<number> {
  if (line.asks === 'run') return call(host, make, line, warned)
  const look = host.isShown && !line.json ? lookOf(host) : undefined
  const page = { width: host.width(), docs: host.docs, look }
  const text =
    line.asks === 'version' ? `${host.version}\n` : (await import('./help.ts')).help(commands, line.path, page)
  host.stdout(line.json ? wholeDocument({ [line.asks]: text.trimEnd() }) : text)
  return EXIT.ok
}

type Call = Extract<TypedLine, { asks: 'run' }>

/** @param warned - gets what it warns of */
async function call(host: Host, make: Make, { command, args }: Call, warned: string[]): Promise<number> {
  const { unattended = false, inPassing = false } = { ...args, ...command }
  const [run, machineFor] = await Promise.all([command.load?.(), make(command.needs)])
  if (!command.homeless?.(args as never)) homeOf(host)
  const open = () => machineFor({ ...args, unattended, inPassing })
  const machine = open()
  try {
    if (!unattended) for (const variable of Object.entries(host.ignored)) machine.warn(ignoredText(variable))
    const script = async (shell: Shell) =>
      (await import('./completion/completion.ts')).completionScript(shell, commands)
    const own = { ...args, script } as never
    return (await run?.(machine as never, own, open as never)) ?? EXIT.ok
  } finally {
    warned.push(...machine.warnings)
    machine.close()
  }
}
