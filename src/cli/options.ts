import type { Options } from 'yargs'
import { shares, stores } from '../core/keeping.ts'
import { type Tool, tools } from '../core/variables.ts'

const options = (table: Record<string, Options>): Record<string, Options> => table

/** Options of every command that looks at one project. */
export const projectOptions = {
  project: {
    alias: 'C',
    type: 'string',
    requiresArg: true,
    describe: 'folder of the project (default: nearest pyproject.toml upwards)',
  },
  source: { alias: 's', type: 'string', array: true, requiresArg: true, describe: 'only these sources' },
  json: { type: 'boolean', default: false, describe: 'one JSON document on stdout' },
} as const satisfies ReturnType<typeof options>

/** As whom AWS is asked. */
export const identityOptions = {
  profile: { type: 'string', requiresArg: true, describe: 'AWS profile' },
  'role-arn': { type: 'string', requiresArg: true, describe: 'IAM role to assume on top of the AWS identity' },
} as const satisfies ReturnType<typeof options>

/** Options of every command that may ask AWS for tokens. */
export const tokenOptions = {
  ...identityOptions,
  duration: {
    type: 'string',
    requiresArg: true,
    describe: 'life of a token: 15m to 12h, or 0 for the life of the role session',
  },
  'refresh-before': {
    type: 'string',
    requiresArg: true,
    describe: 'renew once less than this is left: 50% of its life, or a time (4h)',
  },
  force: { type: 'boolean', default: false, describe: 'renew tokens and look everything up again' },
} as const satisfies ReturnType<typeof options>

/** Options that name a repository. */
export const repositoryOptions = {
  domain: { type: 'string', requiresArg: true, describe: 'CodeArtifact domain' },
  owner: {
    type: 'string',
    requiresArg: true,
    describe: 'AWS account that owns the domain, 12 digits (default: your own)',
  },
  region: { type: 'string', requiresArg: true, describe: 'AWS region of the domain, such as us-east-1' },
  repository: {
    type: 'string',
    requiresArg: true,
    describe: 'repository of the domain (without it: choose from what AWS lists)',
  },
} as const satisfies ReturnType<typeof options>

/** Options that a project remembers: how its tokens are kept. */
export const keepingOptions = {
  share: {
    choices: shares,
    requiresArg: true,
    describe:
      'keyring entries under the host of the domain, or under the URLs of the repositories too, for twine (remembered)',
  },
  store: {
    choices: stores,
    requiresArg: true,
    describe: 'where Poetry finds the token: its keyring, or plain text in its auth.toml (remembered)',
  },
} as const satisfies ReturnType<typeof options>

/** Options of every command. */
export const talkOptions = {
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'print warnings and errors only' },
  verbose: { alias: 'v', type: 'boolean', default: false, describe: 'say more; show the cause of errors' },
} as const satisfies ReturnType<typeof options>

/** Options of the commands that give tokens to other programs. */
export const credentialOptions = {
  project: projectOptions.project,
  source: projectOptions.source,
  for: {
    type: 'string',
    array: true,
    requiresArg: true,
    choices: tools,
    default: ['poetry'] as Tool[],
    describe: 'for which programs',
  },
  ...tokenOptions,
  ...talkOptions,
} as const satisfies ReturnType<typeof options>

/** For `check`: yargs would make a list of a value that is given twice. Throws Error, which yargs takes for one of usage. */
export const once =
  (...names: readonly string[]) =>
  (args: Readonly<Record<string, unknown>>): true => {
    const repeated = names.find((name) => Array.isArray(args[name]))
    if (repeated !== undefined) throw new Error(`--${repeated} is given more than once.`)
    return true
  }

export const refuseRepeated = once(
  ...Object.keys({ ...projectOptions, ...tokenOptions, ...keepingOptions, ...repositoryOptions }).filter(
    (name) => name !== 'source',
  ),
  'priority',
)
