import type { AwsCredentialIdentity } from '@smithy/types'
import type { Aws } from '../../core/ports/aws.ts'
import { type Identity, identityKey } from '../../core/repository/identity.ts'
import { repositoryKey } from '../../core/repository/source.ts'
import { present } from '../../core/words/present.ts'
import { within } from '../../programs/limit.ts'
import { findCredentials, loginEnd } from '../credentials.ts'
import { callError, credentialError } from '../errors/errors.ts'
import type { Asked } from '../errors/failure.ts'
import { type Line, rehearsed, type Seen } from '../network.ts'
import { profileHolder } from '../profiles.ts'
import { type CallerOptions, openSession, type Session } from '../session.ts'
import { callerFrom, endpointFrom, tokenFrom } from './answers.ts'
import { withNeighbours } from './neighbours.ts'

/** Remembers what a task gave, by key: the first asker starts it and all share the outcome, a failure too. */
function sharing<T>(): (key: string, task: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (key, task) => {
    const found = known.get(key) ?? task()
    known.set(key, found)
    return found
  }
}

// Looking for credentials ends before the call that waits for it, so that its own error is the one to be shown.
const CREDENTIALS_SHARE = 0.9

type About = Pick<Asked, 'region' | 'domain' | 'repository'>

type Config = ReturnType<typeof configOf>

/** `profile`: whose `endpoint_url` and other settings count, beside the environment. */
const configOf = ({ base }: Session, region: string, credentials: AwsCredentialIdentity, { requestHandler }: Line) =>
  present({ region, credentials, requestHandler, profile: base.kind === 'profile' ? base.profile : undefined })

/** Runs a task with a line of its own and in its own time, and turns what it throws into an error to show. */
async function attempt<T>(
  session: Session,
  asked: Omit<Asked, 'seen' | 'profile' | 'files'>,
  toError: typeof callError,
  task: (line: Line, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let seen: Seen = {}
  try {
    return await within(asked.limitMs, (signal) => {
      const line = session.network(signal)
      seen = line.seen
      return task(line, signal)
    })
  } catch (error) {
    const { profile, files } = session
    throw toError(error, { ...asked, profile, files, seen })
  }
}

function openCalls(options: CallerOptions) {
  const { env, limitMs, now } = options
  const sessions = sharing<Session>()
  const bases = sharing<AwsCredentialIdentity>()
  const roles = sharing<AwsCredentialIdentity>()

  async function credentialsFor(session: Session, identity: Identity, region: string): Promise<AwsCredentialIdentity> {
    const asked = { identity, region, limitMs: limitMs * CREDENTIALS_SHARE, now }
    const base = await bases(identityKey({ base: identity.base }), () =>
      attempt(session, asked, credentialError, (line) => findCredentials(session, region, line, env)),
    )
    const { roleArn } = identity
    if (roleArn === undefined) return base
    return roles(`${identityKey(identity)} ${region}`, () =>
      attempt(session, asked, callError, async (line, signal) => {
        const { assumeRole } = await import('./sts.ts')
        return assumeRole(configOf(session, region, base, line), roleArn, signal)
      }),
    )
  }

  async function open({ base }: Identity): Promise<Session> {
    const session = await sessions(identityKey({ base }), () => openSession(base, options))
    // It may ask a person something, and should not in vain.
    if (profileHolder(session.profile, session.files.profiles, 'credential_process')) await options.held()
    return session
  }

  async function call<T>(
    identity: Identity,
    about: About,
    ask: (config: Config, signal: AbortSignal, line: { readonly seen: Seen; readonly session: Session }) => Promise<T>,
  ): Promise<T> {
    const session = await open(identity)
    const asked = { identity, ...about, limitMs, now }
    return attempt(session, asked, callError, async (line, signal) => {
      const config = configOf(session, about.region, await credentialsFor(session, identity, about.region), line)
      try {
        return await ask(config, signal, { seen: line.seen, session })
      } catch (error) {
        const { profile, files } = session
        const told = callError(error, { ...asked, profile, files, seen: line.seen })
        throw await withNeighbours(told, about, config, signal)
      }
    })
  }
  return { open, call }
}

/** One call is rehearsed, whatever number of tokens is to come. */
function preparing(call: ReturnType<typeof openCalls>['call']): Aws['prepare'] {
  let rehearsal: Promise<unknown> | undefined
  return (domain, identity) => {
    const loading = import('./codeartifact.ts')
    loading.catch(() => undefined)
    call(identity, { region: domain.region, domain }, async (config, signal) => {
      const { askToken } = await loading
      rehearsal ??= askToken({ ...config, requestHandler: rehearsed }, domain, undefined, signal)
      await rehearsal
    }).catch(() => undefined)
  }
}

/** Everything that loads a part of the SDK is below here. */
export function createCaller(options: CallerOptions): Omit<Aws, 'hold'> {
  const { now } = options
  const { open, call } = openCalls(options)
  const accounts = sharing<string>()
  const endpoints = sharing<string | undefined>()

  const caller: Aws['caller'] = (identity, region) =>
    call(identity, { region }, async (config, signal, { seen }) => {
      const { askCaller } = await import('./sts.ts')
      return callerFrom(await askCaller(config, signal), seen.date, now())
    })

  return {
    prepare: preparing(call),
    caller,
    // What an answer waits for is no part of it: it may be another thing for the next one that asks.
    account: (identity, region) =>
      open(identity).then(() => accounts(identityKey(identity), async () => (await caller(identity, region)).account)),

    endpoint: async (repository, identity) => {
      await open(identity)
      const about = { region: repository.region, domain: repository, repository: repository.repository }
      return endpoints(`${repositoryKey(repository)} ${identityKey(identity)}`, () =>
        call(identity, about, async (config, signal, { seen }) => {
          const { askEndpoint } = await import('./codeartifact.ts')
          const answer = await askEndpoint(config, repository, signal)
          return answer && endpointFrom(answer.repositoryEndpoint, seen.origin?.startsWith('http:') === true)
        }),
      )
    },

    repositories: (domain, identity) =>
      call(identity, { region: domain.region, domain }, async (config, signal) => {
        const { askRepositories } = await import('./codeartifact.ts')
        return askRepositories(config, domain, signal)
      }),

    origins: (repository, packages, identity) =>
      call(identity, { region: repository.region, domain: repository }, async (config, signal) => {
        const { askOrigins } = await import('./origins.ts')
        return askOrigins(config, repository, packages, signal)
      }),

    token: (domain, identity, durationSeconds) =>
      call(identity, { region: domain.region, domain }, async (config, signal, { seen, session }) => {
        const { askToken } = await import('./codeartifact.ts')
        const askedAt = now()
        const answer = await askToken(config, domain, durationSeconds, signal)
        const token = tokenFrom(answer, askedAt, seen.date)
        const loginEndsAt = await loginEnd(session.profile, session.files.profiles)
        return loginEndsAt === undefined ? token : { ...token, loginEndsAt }
      }),
  }
}
