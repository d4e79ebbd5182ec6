import { accesses, policyFormats } from '../core/policy/choices.ts'
import { schedulerKinds } from '../core/ports/schedule.ts'
import { type Shell, shells } from '../core/ports/shell.ts'
import { priorities } from '../core/project/priority.ts'
import { formatNames } from '../core/variables/tools.ts'
import {
  type Args,
  type CredentialArguments,
  credentialOptions,
  identityOptions,
  keepingOptions,
  type Options,
  projectOptions,
  repositoryOptions,
  type TalkArguments,
  talkOptions,
  tokenOptions,
} from './options.ts'

// Beside the commands, and apart from cli/commands.ts, which loads them: they take their types from here, and nothing goes in a circle.

const { project, source } = projectOptions

export const syncOptions = {
  ...projectOptions,
  project: { ...project, repeats: true, describe: 'one project or several (default: the one that you are in)' },
  all: { type: 'boolean', describe: 'every project that was synced before' },
  ...tokenOptions,
  ...keepingOptions,
  'dry-run': { alias: 'n', type: 'boolean', describe: 'print the plan, change nothing' },
  unattended: { type: 'boolean', describe: 'for jobs: never prompt, short limits' },
  ...talkOptions,
} as const satisfies Options
export type SyncArguments = Args<typeof syncOptions>

export const statusOptions = {
  ...projectOptions,
  all: { type: 'boolean', describe: 'every project that was synced before' },
  ...talkOptions,
} as const satisfies Options
export type StatusArguments = Args<typeof statusOptions>

export const doctorOptions = {
  ...projectOptions,
  offline: { type: 'boolean', describe: 'ask neither AWS nor the index' },
  share: { type: 'boolean', describe: 'a report to give away: no account, domain, host, user, path or token in it' },
  ...talkOptions,
} as const satisfies Options
export type DoctorArguments = Args<typeof doctorOptions>

/** What no table of options has: the words after `--`, undefined where there is none. */
export interface Rest {
  readonly command: readonly string[] | undefined
  /** The completion of a shell: only the command line knows what there is to complete. */
  readonly script: (shell: Shell) => Promise<string>
}
export type ExecArguments = CredentialArguments & Rest

export const envOptions = {
  format: { type: 'string', choices: formatNames, default: 'sh', describe: 'for whom to write' },
  output: {
    alias: 'o',
    type: 'string',
    value: 'FILE',
    offers: 'file',
    describe: 'write to a file that only you may read',
  },
  show: { type: 'boolean', describe: 'print tokens even to a terminal' },
  ...credentialOptions,
} as const satisfies Options
export type EnvArguments = Args<typeof envOptions>

export const scheduleWords = {
  action: { choices: ['install', 'status', 'uninstall'], demandOption: true, describe: 'what to do with the job' },
} as const satisfies Options
export const scheduleOptions = {
  using: { choices: schedulerKinds, describe: 'the scheduler (default: what fits this machine)' },
  print: { type: 'boolean', describe: 'show the files and install nothing' },
  ...talkOptions,
} as const satisfies Options
export type ScheduleArguments = Args<typeof scheduleOptions & typeof scheduleWords>

export type WatchArguments = TalkArguments

const shellWords = {
  shells: { choices: shells, array: true, describe: 'for install (default: yours) and uninstall (default: all)' },
} as const satisfies Options

export const hookWords = {
  action: {
    choices: [...shells, 'install', 'uninstall'],
    demandOption: true,
    describe: 'install, uninstall, or print the hook of a shell',
  },
  ...shellWords,
} as const satisfies Options
export const hookOptions = {
  wrap: {
    type: 'boolean',
    describe: 'plain `poetry` is `ca-sync exec -- poetry` in projects with --store exec (stays so)',
  },
  'no-wrap': { type: 'boolean', describe: 'it is plain Poetry again' },
  ...talkOptions,
} as const satisfies Options
export type HookArguments = Args<typeof hookOptions & typeof hookWords>

export const completionWords = {
  action: { choices: [...shells, 'install', 'uninstall'], describe: 'a shell: print its script (default: yours)' },
  ...shellWords,
} as const satisfies Options
export type CompletionArguments = Args<typeof talkOptions & typeof completionWords> & Rest

const extendOptions = {
  'dry-run': { alias: 'n', type: 'boolean', describe: 'print the tables that it is about, change nothing' },
  ...talkOptions,
} as const satisfies Options
/** Of the actions that add tables to pyproject.toml. */
export type ExtendArguments = Args<typeof extendOptions>

export const declareOptions = {
  project,
  source,
  priority: {
    choices: priorities,
    describe:
      'when Poetry asks the source: explicit unless you say; primary is as safe, with PyPI as its upstream in CodeArtifact',
  },
  ...identityOptions,
  ...extendOptions,
} as const satisfies Options
export type DeclareArguments = Args<typeof declareOptions>

export const addWords = {
  name: { type: 'string', describe: "Poetry's name for it (default: the repository's)" },
  url: { type: 'string', describe: "the repository's URL, in place of the options" },
} as const satisfies Options
export const addOptions = {
  ...repositoryOptions,
  replace: { type: 'boolean', describe: 'in place of the source that has the name' },
  force: { type: 'boolean', describe: 'take a region that looks mistyped' },
  ...identityOptions,
  project,
  ...extendOptions,
} as const satisfies Options
export type AddArguments = Args<typeof addOptions & typeof addWords>

export const removeWords = {
  name: { type: 'string', demandOption: true, offers: 'source', describe: 'the source' },
} as const satisfies Options
export const removeOptions = { project, ...extendOptions } as const satisfies Options
export type RemoveArguments = Args<typeof removeOptions & typeof removeWords>

export const initOptions = { ...addOptions, priority: declareOptions.priority } as const satisfies Options
export type InitArguments = Args<typeof initOptions & typeof addWords>

export const uninstallOptions = {
  yes: { alias: 'y', type: 'boolean', describe: 'do not ask' },
  ...talkOptions,
} as const satisfies Options
export type UninstallArguments = Args<typeof uninstallOptions>

export const policyOptions = {
  access: {
    array: true,
    choices: accesses,
    describe: 'what for: to install (default), to publish, or, with both words, both',
  },
  principal: {
    type: 'string',
    value: 'ACCOUNT',
    describe: 'the policies of the domains and repositories that let another account in: its 12 digits',
  },
  format: { choices: policyFormats, default: 'json', describe: 'how to write it' },
  project,
  source,
  ...identityOptions,
  ...talkOptions,
} as const satisfies Options
export type PolicyArguments = Args<typeof policyOptions>

export const logoutOptions = {
  ...projectOptions,
  all: { type: 'boolean', describe: 'every project that was synced' },
  ...talkOptions,
} as const satisfies Options
export type LogoutArguments = Args<typeof logoutOptions>
