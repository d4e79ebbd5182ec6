import { CaSyncError } from '../core/words/errors.ts'
import { reinstalling } from '../core/words/load.ts'
import { counted } from '../core/words/quote.ts'
import { CLOSED } from './guard.ts'

const UNLOCK = 'unlock it (log in to your desktop, or open "Passwords and Keys"), then run ca-sync again'
const AGAIN = `run ca-sync again; if it stays, install it again as you did: ${reinstalling}`
const installing = (debian: string, elsewhere: string) =>
  `Debian, Ubuntu: sudo apt-get install ${debian}; Fedora: sudo dnf install ${elsewhere}; Alpine: sudo apk add ${elsewhere}`

/** What keytar, libsecret and GLib say (measured with keytar 7.10.6 and gnome-keyring 42), and what it means for the user. */
const meanings: readonly (readonly [said: RegExp, happened: string, hint: string])[] = [
  [
    /native addon.* on prebuilds\/linux/,
    'the keyring library libsecret is missing or does not load',
    `install it (${installing('libsecret-1-0', 'libsecret')})`,
  ],
  [
    /native addon|Cannot find (package|module)/,
    'the keyring module keytar does not load on this machine',
    `install ca-sync again as you did: ${reinstalling}`,
  ],
  [
    /autolaunch D-Bus|Could not connect|dbus-launch/,
    'there is no desktop session bus, so the keyring cannot be reached',
    'run ca-sync in your desktop session, or `ca-sync exec -- poetry …`, which needs no keyring',
  ],
  [
    /not provided by any \.service files|ServiceUnknown/,
    'no keyring service is installed',
    `install one (${installing('gnome-keyring', 'gnome-keyring')}), then log in again; or use \`ca-sync exec -- poetry …\`, which needs no keyring`,
  ],
  [/locked collection|prompt.*dismissed/i, 'the keyring is locked', UNLOCK],
  [/interaction is not allowed/i, 'the keychain is locked', 'unlock it in Keychain Access, then run ca-sync again'],
  [
    /Object does not exist at path/,
    'the keyring service has no keyring to store in yet',
    'open "Passwords and Keys" and make a password keyring, or log in to your desktop again, which makes one',
  ],
]

export function refused(said: string): CaSyncError {
  const [, happened, hint] = meanings.find(([pattern]) => pattern.test(said)) ?? [
    said,
    `the keyring refused: ${said}`,
    'run ca-sync doctor, which checks the keyring step by step',
  ]
  return new CaSyncError('VAULT_FAILED', happened, { hint, cause: new Error(said) })
}

/** No answer within the limit, in milliseconds. */
export function silent(limitMs: number): CaSyncError {
  const seconds = Math.max(1, Math.round(limitMs / 1000))
  const message = `the keyring did not answer in ${counted(seconds, 'second')}`
  return new CaSyncError('VAULT_FAILED', message, {
    hint: 'look for a window that asks for its password; else log out and in again, which restarts it',
  })
}

/** The child went without an answer. `how`: a signal, an exit code, or why it did not start. */
export const gone = (how: string): CaSyncError =>
  how === `exit code ${CLOSED}`
    ? new CaSyncError('VAULT_FAILED', 'the keyring is locked, or there is none', { hint: UNLOCK })
    : new CaSyncError('VAULT_FAILED', `the helper that talks to the keyring ended (${how})`, { hint: AGAIN })

/** The child said something that is no answer. What it said is not shown: a secret may be in it. */
export const garbled = (): CaSyncError =>
  new CaSyncError('VAULT_FAILED', 'the helper that talks to the keyring gave no proper answer', { hint: AGAIN })
