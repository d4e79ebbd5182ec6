import { completionWords, envOptions, logoutOptions, policyOptions, uninstallOptions } from '../commands/arguments.ts'
import { credentialOptions, talkOptions } from '../commands/options.ts'
import { type Command, command } from './command.ts'

/** The commands that few people type. */
export const otherCommands: readonly Command[] = [
  command({
    name: 'logout',
    group: 'Setup',
    describe: 'Remove tokens and settings that it wrote',
    about: "Keyring entries, and lines in Poetry's files; nothing else.",
    examples: [
      ['ca-sync logout', 'the project that you are in'],
      ['ca-sync logout --all', 'everything on this machine'],
    ],
    options: logoutOptions,
    failed: (warnings) => ({ removed: { sources: [], entries: [], tokens: 0, files: [] }, kept: [], warnings }),
    load: async () => (await import('../commands/logout/logout.ts')).logout,
  }),
  command({
    name: 'uninstall',
    group: 'Setup',
    describe: 'Take away all of ca-sync but the program',
    about: 'Tokens, entries, jobs, hooks, completion and state.',
    examples: [
      ['ca-sync uninstall', 'asks first'],
      ['ca-sync uninstall --yes', 'for scripts'],
    ],
    options: uninstallOptions,
    failed: () => ({ done: [] }),
    load: async () => (await import('../commands/uninstall/uninstall.ts')).uninstall,
  }),
  command({
    name: 'exec',
    group: 'CI, containers, other tools',
    describe: 'Run a command with the tokens',
    about:
      'They are in its environment only, and it needs no keyring. Input, output, signals and the exit code are those of the command.',
    examples: [
      ['ca-sync exec -- poetry install', 'with no keyring at all'],
      ['ca-sync exec --for uv -- uv sync', 'for uv (it may print its index URLs: see the docs)'],
    ],
    options: credentialOptions,
    runs: true,
    failed: () => ({}),
    inPassing: true,
    load: async () => (await import('../commands/exec/exec.ts')).exec,
  }),
  command({
    name: 'env',
    group: 'CI, containers, other tools',
    describe: 'Print the tokens as environment variables',
    examples: [
      ['eval "$(ca-sync env)"', 'sh, bash, zsh'],
      ['ca-sync env --format fish | source', 'fish'],
      ['ca-sync env --format github', 'later steps of GitHub Actions'],
    ],
    options: envOptions,
    inPassing: true,
    failed: () => ({ variables: null }),
    load: async () => (await import('../commands/exec/env.ts')).env,
  }),
  command({
    name: 'watch',
    group: 'CI, containers, other tools',
    describe: 'Renew tokens in the foreground until stopped',
    examples: [
      ['ca-sync watch', 'all known projects, and the one that you are in'],
      ['ca-sync watch --json', 'one document a line'],
    ],
    options: talkOptions,
    unattended: true,
    lines: true,
    failed: () => ({ event: 'failed' }),
    load: async () => (await import('../commands/watch/watch.ts')).watch,
  }),
  command({
    name: 'policy',
    group: 'CI, containers, other tools',
    describe: 'Print the IAM policies that the sources need',
    examples: [
      ['ca-sync policy --access read', 'to install'],
      ['ca-sync policy --access read write', 'to install and to publish'],
      ['ca-sync policy --principal 111122223333', 'what lets another account in'],
    ],
    options: policyOptions,
    failed: () => ({ policy: null }),
    load: async () => (await import('../commands/policy/policy.ts')).policy,
  }),
  command({
    name: 'completion',
    group: 'Help',
    describe: 'Complete commands and names at the Tab key',
    examples: [
      ['ca-sync completion install', 'for the shell that you use'],
      ['source <(ca-sync completion bash)', 'in this shell only'],
    ],
    words: completionWords,
    options: talkOptions,
    homeless: ({ action }) => action !== 'install' && action !== 'uninstall',
    failed: () => ({ completion: null }),
    needs: 'run',
    load: async () => (await import('../commands/hook/completion.ts')).completion,
  }),
  command({
    name: 'help',
    group: 'Help',
    describe: 'Tell of a command: ca-sync help status',
    examples: [],
    options: talkOptions,
  }),
  command({ name: 'version', group: 'Help', describe: 'Print the version', examples: [], options: talkOptions }),
]
