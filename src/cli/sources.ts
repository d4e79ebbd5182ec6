import type { ArgumentsCamelCase, Argv, CommandModule, InferredOptionTypes, Options } from 'yargs'
import { priorities } from '../core/declare.ts'
import { identityOptions, projectOptions, repositoryOptions, talkOptions } from './options.ts'

const { project, source } = projectOptions

const dryRun = {
  alias: 'n',
  type: 'boolean',
  default: false,
  describe: 'print the tables that would be added, change nothing',
} as const

const listOptions = { ...projectOptions, ...talkOptions } as const

const declareOptions = {
  project,
  source,
  priority: {
    choices: priorities,
    requiresArg: true,
    default: 'supplemental' as (typeof priorities)[number],
    describe: 'when Poetry asks the source; safe are explicit, and primary with PyPI as its upstream in CodeArtifact',
  },
  ...identityOptions,
  'dry-run': dryRun,
  ...talkOptions,
} as const

const addOptions = {
  ...repositoryOptions,
  ...identityOptions,
  project,
  'dry-run': dryRun,
  ...talkOptions,
} as const

type ListArguments = InferredOptionTypes<typeof listOptions>
type DeclareArguments = InferredOptionTypes<typeof declareOptions>
type AddArguments = InferredOptionTypes<typeof addOptions> & { name: string | undefined; url: string | undefined }

/** What each action does. */
interface Handlers {
  list(args: ArgumentsCamelCase<ListArguments>): Promise<void>
  declare(args: ArgumentsCamelCase<DeclareArguments>): Promise<void>
  add(args: ArgumentsCamelCase<AddArguments>): Promise<void>
}

/** Options of a command that those of its actions are not. */
const local = (options: Record<string, Options>): Record<string, Options> =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, global: false }]))

export const sources = (handlers: Handlers): CommandModule<unknown, ListArguments> => ({
  command: 'sources',
  describe: 'Show what is configured; add a source, or declare sources to Poetry: sources add, sources declare',
  builder: (yargs) =>
    yargs
      .usage('$0 sources [action] [options]\n\nShows each source: its tables, and what Poetry can do with it.')
      .command(declare(handlers.declare))
      .command(add(handlers.add))
      .options(local(listOptions)) as Argv<ListArguments>,
  handler: handlers.list,
})

const declare = (handler: Handlers['declare']): CommandModule<unknown, DeclareArguments> => ({
  command: 'declare',
  describe: 'Add the missing [[tool.poetry.source]] to pyproject.toml, so that Poetry can install',
  builder: declareOptions,
  handler,
})

const add = (handler: Handlers['add']): CommandModule<unknown, AddArguments> => ({
  command: 'add [name] [url]',
  describe: 'Add a source to pyproject.toml, by its URL or by --domain, --region and --repository',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: "Poetry's name for it (default: the repository's)" })
      .positional('url', { type: 'string', describe: "the repository's URL, in place of the options" })
      .options(addOptions) as Argv<AddArguments>,
  handler,
})
