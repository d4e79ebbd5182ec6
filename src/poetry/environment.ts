import { busAddress } from '../core/bus.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** Only what chooses the keyring backend is kept of Python's own variables: PYTHONPATH and the like would import foreign code. */
const foreign = /^(AWS_|CA_SYNC_|PYTHON(?!_KEYRING_BACKEND$))/i

/** The environment without AWS credentials, our own settings, and Python's: for everything that we start on Poetry's side. */
export function withoutSecrets(env: Env): Record<string, string> {
  const kept = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return Object.fromEntries(kept.filter(([name]) => !foreign.test(name)))
}

/**
 * The environment of Poetry's Python: as the user's, without what it must not see, and with the session bus where only its socket is there.
 * @param uid - the user's id; undefined on Windows
 * @param isOwnSocket - see `busAddress`
 */
export function pythonEnvironment(
  env: Env,
  uid: number | undefined,
  isOwnSocket: (path: string) => boolean,
): Record<string, string> {
  const bus = busAddress(env, uid, isOwnSocket)
  return { ...withoutSecrets(env), ...(bus === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: bus }) }
}
