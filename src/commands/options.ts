import { shares, stores } from '../core/memory/state.ts'
import { tools } from '../core/variables/tools.ts'

/** One option, or one word after the command's name, as data. */
export interface Option {
  readonly describe: string
  /** One letter. */
  readonly alias?: string
  /** What its value is called in the help. */
  readonly value?: string
  /** What a shell offers for its value, where it has no choices. */
  readonly offers?: 'folder' | 'file' | 'source' | 'profile'
  /** A boolean is false unless given; every other option needs a value. */
  readonly type?: 'string' | 'boolean'
  readonly array?: true
  /** May be given several times, with one value each. */
  readonly repeats?: true
  readonly choices?: readonly string[]
  readonly default?: string | readonly string[]
  readonly demandOption?: true
}

export type Options = Readonly<Record<string, Option>>

type Camel<Name extends string> = Name extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : Name

type Word<O> = O extends { choices: readonly (infer C)[] } ? C : string

type Value<O> = O extends { type: 'boolean' }
  ? boolean
  : O extends { array: true } | { repeats: true }
    ? readonly Word<O>[]
    : Word<O>

type Certain = { default: unknown } | { demandOption: true } | { type: 'boolean' }

export type Args<T extends Options> = {
  readonly [K in keyof T & string as Camel<K>]: T[K] extends Certain ? Value<T[K]> : Value<T[K]> | undefined
}

/** Options of every command that looks at one project. */
export const projectOptions = {
  project: {
    alias: 'C',
    type: 'string',
    value: 'DIR',
    offers: 'folder',
    describe: 'the project (default: nearest pyproject.toml upwards)',
  },
  source: { alias: 's', type: 'string', array: true, value: 'NAME', offers: 'source', describe: 'only these sources' },
} as const satisfies Options

export const identityOptions = {
  profile: { type: 'string', value: 'NAME', offers: 'profile', describe: 'AWS profile' },
  'role-arn': { type: 'string', value: 'ARN', describe: 'IAM role to assume on top of the AWS identity' },
} as const satisfies Options

export const tokenOptions = {
  ...identityOptions,
  duration: {
    type: 'string',
    value: 'TIME',
    describe: 'life of a token: 15m to 12h, or 0 for the life of the role session',
  },
  'refresh-before': {
    type: 'string',
    value: 'SHARE',
    describe: 'renew once less than this is left: 50% of its life, or a time (4h)',
  },
  force: { type: 'boolean', describe: 'renew tokens and look everything up again' },
} as const satisfies Options

export const repositoryOptions = {
  domain: { type: 'string', value: 'NAME', describe: 'CodeArtifact domain' },
  owner: {
    type: 'string',
    value: 'ACCOUNT',
    describe: 'AWS account that owns the domain, 12 digits (default: your own)',
  },
  region: { type: 'string', value: 'REGION', describe: 'AWS region of the domain, such as us-east-1' },
  repository: {
    type: 'string',
    value: 'NAME',
    describe: 'repository of the domain (without it: choose from what AWS lists)',
  },
} as const satisfies Options

/** Options that a project remembers: how its tokens are kept. */
export const keepingOptions = {
  share: {
    choices: shares,
    describe:
      'keyring entries under the host of the domain, or under the URLs of the repositories too, for twine (remembered)',
  },
  store: {
    choices: stores,
    describe:
      'where Poetry finds the token: its keyring, plain text in its auth.toml, or what ca-sync exec gives it (remembered)',
  },
  local: { type: 'boolean', describe: "repositories in the project's own poetry.toml, for publishing (remembered)" },
  'no-local': { type: 'boolean', describe: "repositories in Poetry's own config.toml again" },
} as const satisfies Options

export const talkOptions = {
  quiet: { alias: 'q', type: 'boolean', describe: 'print warnings and errors only' },
  verbose: { alias: 'v', type: 'boolean', describe: 'say more; show the cause of errors' },
  json: { type: 'boolean', describe: 'one JSON document on stdout, errors too' },
} as const satisfies Options

const { project, source } = projectOptions

/** Options of the commands that look at a project and say what they saw. */
export const lookOptions = { ...projectOptions, ...talkOptions } as const satisfies Options

export const credentialOptions = {
  project,
  source,
  for: { type: 'string', array: true, choices: tools, default: ['poetry'], describe: 'for which programs' },
  ...tokenOptions,
  ...talkOptions,
} as const satisfies Options

export type TalkArguments = Args<typeof talkOptions>
export type LookArguments = Args<typeof lookOptions>
export type CredentialArguments = Args<typeof credentialOptions>
