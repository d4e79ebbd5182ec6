import { textStamp } from '../core/memory/text-stamp.ts'
import { isBus } from '../programs/environment.ts'

const matters =
  /^(AWS_(?!SDK_)|CA_SYNC_|POETRY_(CONFIG_DIR|HOME|KEYRING_|REPOSITORIES_|HTTP_BASIC_|PYPI_TOKEN_)|PYTHON_KEYRING_|XDG_CONFIG_HOME)/

// That such a variable is set may matter, its value must not leave a trace. The name of a file is no secret.
const secret = /(?:PASSWORD|SECRET|TOKEN)(?!_FILE$)/

/** One short stamp of the environment variables that decide what a run does. No secret goes into it. */
export function environmentStamp(env: Readonly<Record<string, string | undefined>>): string {
  // Set to nothing is not set, but not for Python's keyring, which dies of it.
  const isSet = (name: string) => env[name] !== '' || name === 'PYTHON_KEYRING_BACKEND'
  const names = Object.keys(env).filter((name) => matters.test(name) && isSet(name))
  const values = names.sort().map((name) => (secret.test(name) ? name : `${name}=${env[name]}`))
  // Poetry finds no bus without it; where the bus is, changes with each login of some desktops.
  return textStamp([...values, ...(isBus(env['DBUS_SESSION_BUS_ADDRESS']) ? ['bus'] : [])].join('\n'))
}

/** A stamp of the variables that put another server in AWS's place; empty when there is none. */
export function apiStamp(env: Readonly<Record<string, string | undefined>>): string {
  const urls = ['AWS_ENDPOINT_URL_CODEARTIFACT', 'AWS_ENDPOINT_URL'].map((name) => env[name] ?? '')
  return urls.some((url) => url !== '') ? textStamp(urls.join('\n')) : ''
}
