import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { fromTokenFile } from '@aws-sdk/credential-provider-web-identity'
import { fromInstanceMetadata } from '@smithy/credential-provider-imds'
import type { AwsCredentialIdentity } from '@smithy/types'
import type { CaSyncError } from '../core/words/errors.ts'
import { within } from '../programs/limit.ts'
import type { AwsFailure } from './errors/failure.ts'
import { refusal } from './errors/refusal.ts'
import { networkReason } from './errors/unreachable.ts'
import { profilesHint, type ReadFiles } from './profiles.ts'

type Env = NodeJS.ProcessEnv
type Options = NonNullable<Parameters<typeof fromTokenFile>[0]> & NonNullable<Parameters<typeof fromHttp>[0]>

/** Milliseconds for what is on the machine itself, with all tries. */
const limitMs = 5_000

const containerToken = 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'

const refuse = (message: string, hint: string): CaSyncError => refusal('AWS_NO_CREDENTIALS', message, hint)

/**
 * The credentials that the place where this runs gives, in the order of the SDK: a web identity, a container's, an instance's. The SDK's own chain
 * says of all of them only that there are none.
 * @throws CaSyncError AWS_NO_CREDENTIALS where one of them is set up and fails; else what the last one throws, which nobody may have set up
 */
export async function ofMachine(options: Options, files: ReadFiles, env: Env): Promise<AwsCredentialIdentity> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: role } = env
  if (token && !role)
    throw refuse('AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not', 'Set AWS_ROLE_ARN, too, or unset both')
  if (token) {
    await checkTokenFile(token, 'AWS_WEB_IDENTITY_TOKEN_FILE')
    return fromTokenFile(options)()
  }
  const container = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'].find(
    (name) => env[name],
  )
  if (container !== undefined) {
    const url = `${container.includes('RELATIVE') ? 'http://169.254.170.2' : ''}${env[container]}`
    await checkTokenFile(env[containerToken], containerToken, 'container')
    // With a limit and tries of its own, it writes to stderr.
    const once = async () => fromHttp({ ...options, timeout: 2 * limitMs, maxRetries: 0 })()
    const again = (error: Error) => (isFinal(error) ? Promise.reject(error) : sleep(1_000).then(once))
    const ask = () => once().catch(again).catch(again)
    return consult({ name: container, url, giver: 'task, pod or project' }, files, ask)
  }
  const disabled = env['AWS_EC2_METADATA_DISABLED'] || 'false'
  if (disabled !== 'false') throw new Error('nothing is left to ask')
  const ask = () => fromInstanceMetadata(options)()
  const name = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
  return env[name] ? consult({ name, url: env[name], giver: 'instance' }, files, ask) : within(limitMs, ask)
}

interface Source {
  readonly name: string
  readonly url: string
  readonly giver: string
}

async function consult({ name, url, giver }: Source, files: ReadFiles, ask: () => Promise<AwsCredentialIdentity>) {
  try {
    return await within(limitMs, ask)
  } catch (error) {
    const where = URL.canParse(url) ? new URL(url).host : 'no URL'
    const hint = `Give this ${giver} a role. Where this is none, unset ${name}.\n${profilesHint(files)}`
    throw refuse(`${name} (${where}) gave no AWS credentials: ${replyOf(error as AwsFailure)}`, hint)
  }
}

/** What the same question would be told again. */
const isFinal = ({ name, message }: Error): boolean =>
  name === 'SyntaxError' || /URL|required format|status: 4(?!29)/.test(message)

/** Without the words of who answered: they may hold anything. */
function replyOf(error: AwsFailure): string {
  const { name, message, code, statusCode = /status: (\d+)/.exec(message)?.[1] } = error
  if (statusCode !== undefined) return `it answered with HTTP ${statusCode}`
  if (name === 'SyntaxError') return 'what it answered is not JSON'
  if (/required format|Invalid response/.test(message)) return 'there are no credentials in what it answered'
  if (/timeout/i.test(message)) return `it ${networkReason('TimeoutError')}`
  const reason = networkReason(code ?? /\bE[A-Z]{5,}\b/.exec(message)?.[0] ?? name)
  if (reason !== undefined) return `it ${reason}`
  return /URL/.test(message) ? 'it is no address that AWS takes for that' : 'it failed'
}

/**
 * Of an empty token, who is given it only says that the request is refused.
 * @param path - undefined where there is none
 * @param setting - what names it
 * @throws CaSyncError AWS_NO_CREDENTIALS
 */
export async function checkTokenFile(path: string | undefined, setting: string, kind = 'web identity'): Promise<void> {
  const text = path ? await readFile(path, 'utf8').catch(() => undefined) : 'none'
  if (text?.trim()) return
  const why = text === undefined ? 'cannot be read' : 'is empty'
  throw refuse(`The ${kind} token file ${path} ${why}`, `Check ${setting}`)
}
