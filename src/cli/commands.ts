import {
  addOptions,
  addWords,
  declareOptions,
  doctorOptions,
  envOptions,
  hookWords,
  logoutOptions,
  policyOptions,
  scheduleOptions,
  scheduleWords,
  syncOptions,
  watchOptions,
} from '../commands/arguments.ts'
import { credentialOptions, lookOptions, talkOptions } from '../commands/options.ts'
import { shells } from '../core/ports/shell.ts'
import { type Command, command } from './command.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  command({
    name: ['sync', '$0'],
    describe: 'Make Poetry work with the CodeArtifact sources of the project',
    options: syncOptions,
    load: async () => (await import('../commands/sync/sync.ts')).sync,
  }),
  command({
    name: 'status',
    describe: 'Show each source: repository, expiry, ready or why not (asks neither AWS nor the keyring)',
    options: lookOptions,
    load: async () => (await import('../commands/status/status.ts')).status,
  }),
  command({
    name: 'doctor',
    describe: 'Find what keeps Poetry from a source, and what to type to mend it (changes nothing)',
    options: doctorOptions,
    unattended: true,
    failed: () => ({ checks: [] }),
    load: async () => (await import('../commands/doctor/doctor.ts')).doctor,
  }),
  command({
    name: 'exec',
    describe: 'Run a command with the tokens in its environment only: ca-sync exec -- poetry install',
    usage: '$0 exec [options] -- COMMAND [ARGUMENT...]',
    options: credentialOptions,
    inPassing: true,
    load: async () => (await import('../commands/exec/exec.ts')).exec,
  }),
  command({
    name: 'env',
    describe: 'Print the tokens as environment variables: eval "$(ca-sync env)"',
    options: envOptions,
    inPassing: true,
    load: async () => (await import('../commands/exec/env.ts')).env,
  }),
  command({
    name: 'schedule <action>',
    describe: 'Renew tokens from a job of your own: install, status or uninstall',
    words: scheduleWords,
    options: scheduleOptions,
    failed: (warnings) => ({ schedule: null, warnings }),
    load: async () => (await import('../commands/schedule/schedule.ts')).schedule,
  }),
  command({
    name: 'watch',
    describe: 'Rotate tokens in the foreground until stopped',
    options: watchOptions,
    unattended: true,
    load: async () => (await import('../commands/watch/watch.ts')).watch,
  }),
  command({
    name: 'hook <action> [shells..]',
    describe: 'Renew tokens at the prompt: install into your shell, uninstall, or print the hook of a shell',
    words: hookWords,
    options: talkOptions,
    homeless: ({ action }) => shells.some((shell) => shell === action),
    load: async () => (await import('../commands/hook/hook.ts')).hook,
  }),
  command({
    name: 'sources',
    describe: 'Show what is configured; add a source, or declare sources to Poetry: sources add, sources declare',
    usage: '$0 sources [action] [options]\n\nShows each source: its tables, and what Poetry can do with it.',
    options: lookOptions,
    actions: [
      command({
        name: 'declare',
        describe: 'Add the missing [[tool.poetry.source]] to pyproject.toml, so that Poetry can install',
        options: declareOptions,
        load: async () => (await import('../commands/sources/declare.ts')).sourcesDeclare,
      }),
      command({
        name: 'add [name] [url]',
        describe: 'Add a source to pyproject.toml, by its URL or by --domain, --region and --repository',
        words: addWords,
        options: addOptions,
        load: async () => (await import('../commands/sources/add.ts')).sourcesAdd,
      }),
    ],
    load: async () => (await import('../commands/sources/sources.ts')).sources,
  }),
  command({
    name: 'policy',
    describe: 'Print the IAM policy that the sources need: to install, to publish, or for another account',
    options: policyOptions,
    load: async () => (await import('../commands/policy/policy.ts')).policy,
  }),
  command({
    name: 'logout',
    describe: 'Remove the tokens, entries and settings that ca-sync wrote, and nothing else',
    options: logoutOptions,
    failed: (warnings) => ({ removed: { sources: [], entries: [], tokens: 0, files: [] }, kept: [], warnings }),
    load: async () => (await import('../commands/logout/logout.ts')).logout,
  }),
]
