/**
 * The session bus's address, also where nobody set it (cron, a bare ssh): libsecret and Python's keyring need `DBUS_SESSION_BUS_ADDRESS`.
 * @param uid - the user's id; undefined on Windows, which has no bus
 * @param isOwnSocket - whether this path is a socket that belongs to `uid`: another user's bus must never get a token
 * @returns the value for `DBUS_SESSION_BUS_ADDRESS`: what is set already, else `unix:path=` with the `bus` of `XDG_RUNTIME_DIR`, or of
 * `/run/user/<uid>` where that is not set either; undefined where there is no bus
 */
export function busAddress(
  env: Readonly<Record<string, string | undefined>>,
  uid: number | undefined,
  isOwnSocket: (path: string) => boolean,
): string | undefined {
  const given = env['DBUS_SESSION_BUS_ADDRESS']
  if (given) return given
  if (uid === undefined) return undefined
  const folder = env['XDG_RUNTIME_DIR']
  const path = `${folder?.startsWith('/') ? folder : `/run/user/${uid}`}/bus`
  return isOwnSocket(path) ? `unix:path=${path}` : undefined
}
