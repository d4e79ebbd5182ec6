import type { Rest } from '../commands/arguments.ts'
import type { Args, Option, Options, talkOptions } from '../commands/options.ts'
import type { Desk } from '../desk.ts'
import type { Machine } from '../machine.ts'
import type { Run } from '../run.ts'

/** The headings of the help. */
export const groups = ['Every day', 'Setup', 'CI, containers, other tools', 'Help'] as const

/** @param again - begins a run anew: what one looked up does not bind the next */
type RunCommand<A, M> = (machine: M, args: A, again: () => M) => Promise<number>

/** How it is loaded; absent for what the command line itself answers. `needs`: less than the whole machine, and it starts sooner for it. */
type Loading<A> =
  | { readonly needs: 'run'; readonly load: () => Promise<RunCommand<A, Run>> }
  | { readonly needs: 'desk'; readonly load: () => Promise<RunCommand<A, Desk>> }
  | { readonly needs?: never; readonly load?: () => Promise<RunCommand<A, Machine>> }

/** What is known of a command before it is loaded: its help, completion and errors need no more. */
export type CommandDeclaration<A> = Loading<A> & {
  readonly name: string
  readonly group: (typeof groups)[number]
  /** One line, for the list of all commands. */
  readonly describe: string
  /** More, for its own help. */
  readonly about?: string
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** The words after its name, in order. */
  readonly words?: Options
  readonly options: Options
  /** Commands of its own, each after its name. */
  readonly actions?: readonly Command[]
  /** Takes a command line of another program after `--`. */
  readonly runs?: true
  /** Nobody is there, or may be asked. */
  readonly unattended?: true
  /** It only prepares another program. */
  readonly inPassing?: true
  /** Whether it does without a home folder. */
  readonly homeless?: (args: A) => boolean
  /** The `--json` document of a run that failed as a whole, in the shape that its success has; `error` is added. */
  readonly failed?: (warnings: readonly string[]) => object
  /** Its documents are one a line. */
  readonly lines?: true
}

/** A command whose arguments only its declaration knows. */
export type Command = CommandDeclaration<never>

/** Holds what a command takes against its tables. */
export const command = <const O extends Options, const W extends Options = Record<never, Option>>(
  declaration: CommandDeclaration<Args<O & W> & Rest> & { readonly options: O; readonly words?: W },
): Command => declaration

/** What the program itself knows of a command's arguments; the rest is between the parser and the command. */
export type Called = Args<typeof talkOptions> & Partial<Rest> & { readonly unattended?: boolean }

/** A command and those that it belongs to, as they are typed: none for a command line without a command. */
export type Path = readonly Command[]

/** `ca-sync sources add` */
export const spelled = (path: Path): string => ['ca-sync', ...path.map(({ name }) => name)].join(' ')

/** Options that the program itself answers. */
export const ownOptions = {
  help: { alias: 'h', type: 'boolean', describe: 'this help' },
  version: { alias: 'V', type: 'boolean', describe: 'the version of ca-sync' },
} as const satisfies Options

export const valueName = (name: string, option: Option | undefined): string =>
  option?.value ?? option?.choices?.join('|') ?? name.toUpperCase()
