import { existsSync, statSync } from 'node:fs'
import type { Env } from '../core/ports/full-path.ts'
import type { BareHost } from '../core/ports/host.ts'
import { orElse } from '../core/words/or-else.ts'
import { present } from '../core/words/present.ts'

/**
 * The session bus's address, also where nobody set it (cron, a bare ssh): libsecret and Python's keyring need `DBUS_SESSION_BUS_ADDRESS`.
 * @param uid - the user's id; undefined on Windows, which has no bus
 * @param isOurs - whether a path is a socket of the user's: another user's bus must never get a token
 * @returns the value for `DBUS_SESSION_BUS_ADDRESS`: what is set already, else `unix:path=` with the `bus` of `XDG_RUNTIME_DIR`, or of
 * `/run/user/<uid>` where that is not set either; undefined where there is no bus
 */
export function busAddress(env: Env, uid: number | undefined, isOurs = isOwnSocket): string | undefined {
  const given = env['DBUS_SESSION_BUS_ADDRESS']
  if (given) return given
  if (uid === undefined) return undefined
  const folder = env['XDG_RUNTIME_DIR']
  const path = `${folder?.startsWith('/') ? folder : `/run/user/${uid}`}/bus`
  return isOurs(path, uid) ? `unix:path=${path}` : undefined
}

/** False where there is none, or (after `su`) in a folder that is another user's. */
const isOwnSocket = (path: string, uid: number): boolean =>
  orElse(() => {
    const found = statSync(path)
    return found.isSocket() && found.uid === uid
  }, false)

/** Whether a keyring can be behind an address of that kind: a socket is looked for, where it is one that can be seen. */
export function isBus(address: string | undefined): boolean {
  const [, path] = /^unix:path=([^,;]+)/.exec(address ?? '') ?? []
  return path === undefined ? !/^(?:$|autolaunch:|disabled:)/.test(address ?? '') : existsSync(path)
}

/** What the environment of a helper program depends on; passed in by main. */
export type Around = Pick<BareHost, 'platform' | 'uid'> & { readonly env: Env }

/**
 * None of a helper's business: AWS's keys, our own settings, switches of Node (an extra CA bundle alone doubles its start), and Python's, which
 * would import foreign code; only what chooses the keyring backend is kept.
 */
const hiddenVariables = /^(?:AWS_|CA_SYNC_|NODE_|PYTHON(?!_KEYRING_BACKEND$))/i

/** The environment of everything that we start but for `exec`'s command: the user's, without what it must not see, and with the session bus where only its socket is there. */
export function helperEnvironment({ env, platform, uid }: Around): Record<string, string> {
  const kept = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const bus = busAddress(env, uid)
  return {
    ...Object.fromEntries(kept.filter(([name]) => !hiddenVariables.test(name))),
    ...present({ DBUS_SESSION_BUS_ADDRESS: bus }),
    // What it starts itself is not looked for in the current folder either.
    ...present({ NoDefaultCurrentDirectoryInExePath: platform === 'win32' ? '1' : undefined }),
  }
}
