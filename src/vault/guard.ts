/** Exit code of the guard that found no keyring, or a locked one. */
export const CLOSED = 75

const service = 'org.freedesktop.secrets'
const collection = '/org/freedesktop/secrets/aliases/default'
const face = 'org.freedesktop.Secret.Collection'
const get = 'org.freedesktop.DBus.Properties.Get'

const script = `
[ -n "$DBUS_SESSION_BUS_ADDRESS" ] || exit ${CLOSED}
if command -v dbus-send; then
  ask="dbus-send --session --print-reply=literal --dest=${service} ${collection} ${get} string:${face} string:Locked"
elif command -v busctl; then
  ask="busctl --user get-property ${service} ${collection} ${face} Locked"
elif command -v gdbus; then
  ask="gdbus call --session --dest ${service} --object-path ${collection} --method ${get} ${face} Locked"
fi >/dev/null
case $(timeout 1 $ask </dev/null 2>/dev/null) in *false*) ;; *) exit ${CLOSED} ;; esac
`

export const usesLibsecret = (platform: NodeJS.Platform): boolean => platform !== 'win32' && platform !== 'darwin'

/**
 * Commands of sh that end it unless the keyring can be used without a prompt. On Linux they ask the session bus whether
 * the default collection is locked (Secret Service API: Collection.Locked), for at most a second; no bus, no keyring, or none of the
 * programs that could ask, is closed. Elsewhere nothing can be asked, and the time limit of the vault has to do.
 */
export const guard = (platform: NodeJS.Platform): string => (usesLibsecret(platform) ? script : '')

/** Milliseconds for a vault that is read in passing; a plain `exec` may come to it twice. */
export const inPassing = { limitMs: 1_500, budgetMs: 3_000 }
