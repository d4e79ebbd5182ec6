import { stores } from '../../src/core/memory/state.ts'
import { schedulerKinds } from '../../src/core/ports/schedule.ts'
import { errorCodes } from '../../src/core/words/errors.ts'

type Schema = Readonly<Record<string, unknown>>

const home = 'https://github.com/ca-sync/ca-sync/blob/main/schema'

const text: Schema = { type: 'string' }
const flag: Schema = { type: 'boolean' }
const time: Schema = { type: 'string', format: 'date-time', description: 'ISO 8601, UTC' }
const texts: Schema = list(text)

function list(items: Schema): Schema {
  return { type: 'array', items }
}

function oneOf(values: readonly string[]): Schema {
  return { type: 'string', enum: values }
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] }
}

/** An object with at least these keys: others are added as time goes by. */
function object(required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } }
}

const error = object({ code: oneOf(errorCodes), message: text, hint: text })
const lastRun = object({ at: time, error: orNull(error) })
const status = oneOf(['ok', 'warning', 'fault'])
const check = object({ check: text, status, message: text, fix: orNull(text) })
const repository = { name: text, domain: text, owner: orNull(text), region: text, repository: text, url: orNull(text) }

const identity = object({
  kind: {
    ...oneOf(['profile', 'environment', 'default']),
    description: 'what AWS is asked with; default: the chain of the AWS SDK',
  },
  profile: orNull(text),
  roleArn: orNull({ ...text, description: 'assumed on top' }),
})
const renewal = object(
  {
    by: {
      ...list(oneOf(['watch', ...schedulerKinds, 'hook'])),
      description: 'what renews tokens, as far as ca-sync can see',
    },
    nextAt: { ...orNull(time), description: 'when that is next due' },
  },
  { stopped: { ...list(oneOf(schedulerKinds)), description: 'what would renew them, but does not run' } },
)

const source = object(
  {
    ...repository,
    expiresAt: orNull(time),
    ready: { ...flag, description: 'Poetry will authenticate with our token' },
    install: { ...flag, description: 'declared to Poetry under this name, with the URL of this repository' },
    publish: { ...flag, description: 'repositories.NAME of Poetry is this repository' },
    store: oneOf(stores),
    steps: list(oneOf(['token', 'vault', 'handover', 'username', 'plaintext', 'url'])),
    identity: orNull(identity),
    error: orNull(error),
  },
  { project: { ...text, description: 'the folder, where a run is about several' }, cause: orNull(text) },
)

const row = object({
  ...repository,
  origin: oneOf(['plugin', 'poetry']),
  declared: flag,
  priority: orNull(text),
  install: flag,
  publish: flag,
  ready: flag,
})

/** What one function says of a source: sync, status, sources and doctor agree. */
const verdict = object({ name: text, ready: flag, install: flag, publish: flag })

/** What every document has. */
const common = { schemaVersion: { const: 1 }, error: orNull(error) }
const more = { warnings: texts, fixes: list(texts) }

const document = (required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema =>
  object({ ...required, ...common }, { ...more, ...optional })

const schedule = object(
  {},
  {
    using: orNull(oneOf(schedulerKinds)),
    state: oneOf(['installed', 'differs', 'missing']),
    places: texts,
    nextRun: orNull(time),
    checks: list(check),
  },
)
const removed = object({ sources: texts, entries: texts, tokens: { type: 'integer', minimum: 0 }, files: texts })
const event = object({ ...common }, { ...more, time, event: text, project: text, name: text, expiresAt: orNull(time) })

const settings = {
  profile: { type: ['string', 'integer'], description: 'AWS profile' },
  'role-arn': { type: 'string', pattern: '^arn:[^:]+:iam::\\d{12}:role/.+$', description: 'IAM role to assume on top' },
  duration: { type: ['string', 'integer'], description: 'life of a token: 15m to 12h, seconds, or 0' },
  'refresh-before': {
    type: ['string', 'integer'],
    description: "renew once less than this is left: a share of the token's life, or a time",
  },
}
const table: Schema = { type: 'object', properties: settings, additionalProperties: false }

/** By the name of their file in schema/. */
const bodies: Readonly<Record<string, readonly [title: string, schema: Schema]>> = {
  sync: ['ca-sync --json', document({ sources: list(source) })],
  status: ['ca-sync status --json', document({ sources: list(source) }, { lastRun: orNull(lastRun), renewal })],
  doctor: [
    'ca-sync doctor --json',
    document(
      { checks: list({ ...check, properties: { ...(check['properties'] as object), source: orNull(text) } }) },
      { sources: list(verdict) },
    ),
  ],
  sources: ['ca-sync sources --json', document({ sources: list(row) })],
  schedule: ['ca-sync schedule … --json', document({ schedule: orNull(schedule) })],
  logout: ['ca-sync logout --json', document({ removed, kept: texts })],
  watch: ['one line of ca-sync watch --json', event],
  error: ['a run of any command that failed as a whole', object({ schemaVersion: { const: 1 }, error }, more)],
  config: [
    'config.toml, the settings of a user of ca-sync',
    {
      type: 'object',
      properties: {
        ...settings,
        notify: { type: 'boolean', description: 'a desktop notification when a job needs you' },
        domains: { type: 'object', patternProperties: { '^[^/]+/\\d{12}$': table }, additionalProperties: false },
        sources: { type: 'object', additionalProperties: table },
      },
      additionalProperties: false,
    },
  ],
}

/** The JSON Schema of each document, and of config.toml, by name. */
export const schemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(bodies).map(([name, [title, schema]]) => [
    name,
    { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `${home}/${name}.json`, title, ...schema },
  ]),
)
