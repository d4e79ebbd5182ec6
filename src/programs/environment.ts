import { busAddress } from '../core/ports/bus.ts'
import type { Env } from '../core/ports/full-path.ts'
import { present } from '../core/words/present.ts'
import { isOwnSocket } from './socket.ts'

/** What the environment of a helper program depends on; passed in by main. */
export interface Around {
  readonly env: Env
  readonly platform: NodeJS.Platform
  /** undefined on Windows. */
  readonly uid: number | undefined
}

/**
 * None of a helper's business: AWS's keys, our own settings, switches of Node (an extra CA bundle alone doubles its start), and Python's, which
 * would import foreign code; only what chooses the keyring backend is kept.
 */
const hiddenVariables = /^(?:AWS_|CA_SYNC_|NODE_|PYTHON(?!_KEYRING_BACKEND$))/i

/** The environment of everything that we start but for `exec`'s command: the user's, without what it must not see, and with the session bus where only its socket is there. */
export function helperEnvironment({ env, platform, uid }: Around): Record<string, string> {
  const kept = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const bus = busAddress(env, uid, (path) => isOwnSocket(path, uid))
  return {
    ...Object.fromEntries(kept.filter(([name]) => !hiddenVariables.test(name))),
    ...present({ DBUS_SESSION_BUS_ADDRESS: bus }),
    // What it starts itself is not looked for in the current folder either.
    ...present({ NoDefaultCurrentDirectoryInExePath: platform === 'win32' ? '1' : undefined }),
  }
}
