import {
  addOptions,
  addWords,
  declareOptions,
  doctorOptions,
  hookOptions,
  hookWords,
  logoutOptions,
  scheduleOptions,
  scheduleWords,
  statusOptions,
  syncOptions,
} from '../commands/arguments.ts'
import { lookOptions } from '../commands/options.ts'
import { shells } from '../core/ports/shell.ts'
import { type Command, command } from './command.ts'
import { otherCommands } from './other-commands.ts'

/** Every command, in the order of the help. The first is what a command line without a command asks for. */
export const commands: readonly Command[] = [
  command({
    name: 'sync',
    group: 'Every day',
    describe: 'Set up Poetry for the project, and renew its tokens (plain ca-sync)',
    examples: [
      ['ca-sync', 'make Poetry work in the project that you are in'],
      ['ca-sync -s dev --profile publisher', 'one source, as that AWS profile from now on'],
      ['ca-sync --all', 'every project that was synced before'],
      ['ca-sync --dry-run', 'what it would do'],
    ],
    options: syncOptions,
    load: async () => (await import('../commands/sync/sync.ts')).sync,
  }),
  command({
    name: 'status',
    group: 'Every day',
    describe: 'Show each source: repository, expiry, ready or why not',
    about: 'It asks neither AWS nor the keyring.',
    examples: [
      ['ca-sync status', 'the project that you are in'],
      ['ca-sync status --all', 'all projects that jobs renew'],
      ['ca-sync status --json', 'for programs'],
    ],
    options: statusOptions,
    load: async () => (await import('../commands/status/status.ts')).status,
  }),
  command({
    name: 'doctor',
    group: 'Every day',
    describe: 'Find what keeps Poetry from a source, and what to type',
    about: 'It changes nothing, and asks you nothing.',
    examples: [
      ['ca-sync doctor', 'what is wrong, and what to type'],
      ['ca-sync doctor --offline', 'without AWS and the index'],
    ],
    options: doctorOptions,
    unattended: true,
    failed: () => ({ checks: [] }),
    load: async () => (await import('../commands/doctor/doctor.ts')).doctor,
  }),
  command({
    name: 'sources',
    group: 'Setup',
    describe: 'Show what is configured; add sources, declare them to Poetry',
    about: 'It shows each source: its tables, and what Poetry can do with it.',
    examples: [
      ['ca-sync sources', 'what pyproject.toml names'],
      ['ca-sync sources add dev --domain my-domain --region us-east-1', 'choose a repository'],
      ['ca-sync sources declare', 'let Poetry install from it'],
    ],
    options: lookOptions,
    actions: [
      command({
        name: 'declare',
        group: 'Setup',
        describe: 'Add the missing [[tool.poetry.source]] to pyproject.toml',
        about: 'Without it, Poetry can publish to a source, but not install from it.',
        examples: [
          ['ca-sync sources declare', 'each source that lacks it'],
          ['ca-sync sources declare --dry-run', 'what it would add'],
        ],
        options: declareOptions,
        load: async () => (await import('../commands/sources/declare.ts')).sourcesDeclare,
      }),
      command({
        name: 'add',
        group: 'Setup',
        describe: 'Add a source to pyproject.toml',
        about: 'By its URL, or by --domain, --region and --repository.',
        examples: [
          ['ca-sync sources add dev --domain my-domain --region us-east-1', 'choose from what AWS lists'],
          ['ca-sync sources add dev https://…/pypi/dev/simple/', 'by its URL'],
        ],
        words: addWords,
        options: addOptions,
        load: async () => (await import('../commands/sources/add.ts')).sourcesAdd,
      }),
    ],
    load: async () => (await import('../commands/sources/sources.ts')).sources,
  }),
  command({
    name: 'hook',
    group: 'Setup',
    describe: 'Renew tokens at the prompt of your shell',
    examples: [
      ['ca-sync hook install', 'into the shell that you use'],
      ['ca-sync hook install bash zsh', 'into these'],
      ['ca-sync hook install --wrap', 'and have `poetry` go through ca-sync exec where a project has --store exec'],
      ['ca-sync hook uninstall', 'take it out of all'],
    ],
    words: hookWords,
    options: hookOptions,
    homeless: ({ action }) => shells.some((shell) => shell === action),
    failed: () => ({ hook: null }),
    load: async () => (await import('../commands/hook/hook.ts')).hook,
  }),
  command({
    name: 'schedule',
    group: 'Setup',
    describe: 'Renew tokens by a job of systemd, cron, launchd or Windows',
    examples: [
      ['ca-sync schedule install', 'with what this machine has'],
      ['ca-sync schedule status', 'whether it runs'],
      ['ca-sync schedule install --print', 'what it would write'],
    ],
    words: scheduleWords,
    options: scheduleOptions,
    failed: (warnings) => ({ schedule: null, warnings }),
    load: async () => (await import('../commands/schedule/schedule.ts')).schedule,
  }),
  command({
    name: 'logout',
    group: 'Setup',
    describe: 'Remove the tokens, entries and settings that ca-sync wrote',
    about: 'It removes nothing else.',
    examples: [
      ['ca-sync logout', 'the project that you are in'],
      ['ca-sync logout --all', 'everything on this machine'],
    ],
    options: logoutOptions,
    failed: (warnings) => ({ removed: { sources: [], entries: [], tokens: 0, files: [] }, kept: [], warnings }),
    load: async () => (await import('../commands/logout/logout.ts')).logout,
  }),
  ...otherCommands,
]
