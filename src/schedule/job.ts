import { createHash } from 'node:crypto'
import { foldersOf, isFull, separator } from '../core/ports/full-path.ts'
import { placeOfAws } from '../core/profiles/files.ts'
import type { Surroundings } from '../files/places.ts'
import { isEphemeral } from './stable-programs.ts'

/** Folders and files. */
const placeVariables = [
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'POETRY_CONFIG_DIR',
  'POETRY_HOME',
  'CA_SYNC_STATE_DIR',
  'CA_SYNC_POETRY',
  'PYTHONUSERBASE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_LOGIN_CACHE_DIRECTORY',
  'AWS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
]

/** Addresses, which may hold a password. */
const addresses = [
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_CODEARTIFACT',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_SSO',
  'AWS_ENDPOINT_URL_SSO_OIDC',
]

const wordVariables = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_EC2_METADATA_DISABLED',
  'PYTHON_KEYRING_BACKEND',
]

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no unit, crontab or plist can hold.
const controlCharacters = /[\u0000-\u001f\u007f]/

/**
 * The part of the environment that a job needs and its scheduler does not give it, and what had to be left out. No secret is in it.
 * @param userHome - the home that the system's list of users has: what a scheduler sets as HOME
 */
export function jobEnvironment({ env, platform, home }: Surroundings, userHome: string | undefined) {
  const warnings: string[] = []
  const found = (names: readonly string[], value: (text: string, name: string) => string | undefined = String) =>
    names.flatMap((name) => (env[name] ? [[name, value(env[name], name) ?? ''] as const] : []))
  const pairs = [
    ...(home === userHome ? [] : [['HOME', home] as const]),
    ...found(['PATH', 'PYTHONPATH'], (text) => jobPath(text, platform)),
    ...found(placeVariables, (_, name) => placeOfAws(name, env, home)),
    ...found(addresses),
    ...found(wordVariables),
  ].filter(([name, value]) => {
    const reason = whyUnrecorded(name, value, platform)
    if (reason !== undefined) warnings.push(`The job runs without ${name}: ${reason}`)
    return reason === undefined && value !== ''
  })
  return { env: Object.fromEntries(pairs), warnings }
}

function whyUnrecorded(name: string, value: string, platform: NodeJS.Platform): string | undefined {
  if (placeVariables.includes(name) && !isFull(value, platform))
    return `${value} would be another file in each folder. Give its full path.`
  if (controlCharacters.test(value)) return 'there is a line end or another control character in it.'
  if (addresses.includes(name) && value.includes('@'))
    return 'there is a password in it, which must not be written to a file. Use a proxy that needs none for the job.'
  return undefined
}

/** A list without what is gone or means something else by the time the job runs. */
function jobPath(text: string, platform: NodeJS.Platform): string {
  const folders = foldersOf(text, platform).filter((folder) => !isEphemeral(`${folder}/`))
  return [...new Set(folders)].join(separator(platform))
}

/** A minute of 0 to 29 and a second, which are a user's own and stay: a fleet does not call AWS in step. */
export function momentOf(seed: string): { readonly minute: number; readonly second: number } {
  const digest = createHash('sha256').update(seed).digest()
  return { minute: digest.readUInt16BE() % 30, second: digest.readUInt16BE(2) % 60 }
}
