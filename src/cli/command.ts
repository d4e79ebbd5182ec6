import type { Argv, CommandModule } from 'yargs'
import type { Rest } from '../commands/arguments.ts'
import type { Args, Option, Options } from '../commands/option.ts'
import type { talkOptions } from '../commands/options.ts'
import type { Machine } from '../machine.ts'

/** What is known of a command before it is loaded: enough for its help, completion and errors. */
export interface Declaration<A> {
  /** Its name and its words, as yargs spells them; `$0` is the command that runs without a name. */
  readonly name: string | readonly string[]
  readonly describe: string
  /** In place of yargs' own first lines of the help. */
  readonly usage?: string
  readonly words?: Options
  readonly options: Options
  /** Commands of its own, each after its name. */
  readonly actions?: readonly Command[]
  /** Nobody is there, or may be asked. */
  readonly unattended?: true
  /** It only prepares another program. */
  readonly inPassing?: true
  /** Whether it does without a home folder. */
  readonly homeless?: (args: A) => boolean
  /** The `--json` document of a run that failed as a whole, in the shape that its success has; `error` is added. */
  readonly failed?: (warnings: readonly string[]) => object
  readonly load: () => Promise<(machine: Machine, args: A) => Promise<number>>
}

/** A command whose arguments only its declaration knows. */
export type Command = Declaration<never>

/** Holds what a command takes against its tables. */
export const command = <const O extends Options, const W extends Options = Record<never, Option>>(
  declaration: Declaration<Args<O & W> & Rest> & { readonly options: O; readonly words?: W },
): Command => declaration

/** What the program itself knows of a command's arguments; the rest is between yargs and the command. */
export type Called = Args<typeof talkOptions> & Partial<Rest> & { readonly unattended?: boolean }

type Handle = (command: Command, args: Called) => Promise<void>

/** yargs would make a list of a value that is given twice. Throws Error, which yargs takes for one of usage. */
const once =
  (options: Options) =>
  (args: Readonly<Record<string, unknown>>): true => {
    const repeated = Object.keys(options).find((name) => !options[name]?.array && Array.isArray(args[name]))
    if (repeated !== undefined) throw new Error(`--${repeated} is given more than once.`)
    return true
  }

/** `global`: of the actions, too, which have their own. */
const forYargs = (option: Option) => ({
  ...option,
  global: false,
  ...(option.type === 'boolean' ? { default: false } : { requiresArg: true }),
})

function build(yargs: Argv, { usage, words = {}, options, actions = [] }: Command, handle: Handle): Argv {
  if (usage !== undefined) yargs.usage(usage)
  for (const action of actions) yargs.command(asYargs(action, handle))
  for (const [name, word] of Object.entries(words)) yargs.positional(name, word)
  for (const [name, option] of Object.entries(options)) yargs.option(name, forYargs(option))
  return yargs.check(once(options), false)
}

export const asYargs = (command: Command, handle: Handle): CommandModule => ({
  command: command.name,
  describe: command.describe,
  builder: (yargs) => build(yargs, command, handle),
  handler: (args) => handle(command, args as unknown as Called),
})
