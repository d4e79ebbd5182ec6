import { CaSyncError, type ErrorCode } from '../../core/words/errors.ts'

export interface Problem {
  readonly kind: string
  readonly detail?: string | null
  readonly backend?: string
  readonly service?: string
  readonly store?: string
  readonly length?: number
  readonly limit?: number | null
  readonly rival?: BackendRival | null
}

/** A keyring backend of another package that answers before the usual ones. */
export interface BackendRival {
  readonly package: string
  readonly backend: string
  /** One of keyring's own that would work here. */
  readonly instead: string | null
}

type ErrorWords = readonly [ErrorCode, message: string, hint: string]

/** Of a Poetry that is there and does not work. */
export const reinstall =
  'Reinstall Poetry (for example `pipx reinstall poetry`), or set CA_SYNC_POETRY to the poetry program that works.'
const unlock =
  'Log in to your desktop, or unlock it there with "Passwords and Keys" (seahorse), and run ca-sync again. Over ssh, use `ca-sync exec -- poetry …`, which needs no keyring.'
const noKeyring =
  'Where there is no keyring (CI, a container, ssh), use `ca-sync exec -- poetry …`, which needs none. On a desktop, install gnome-keyring, KWallet or KeePassXC and log in again.'
const restart =
  'Its service or the session bus hangs: log out and in again, or restart it (gnome-keyring: `gnome-keyring-daemon --replace`), then run ca-sync again.'

/** By where pipx and uv keep their environments, which have no pip. */
function addKeyring(python: string): string {
  const [, pipx] = /[\\/]pipx[\\/]venvs[\\/]([^\\/]+)/.exec(python) ?? []
  if (pipx !== undefined) return `pipx inject ${pipx} keyring`
  return /[\\/]uv[\\/]tools[\\/]/.test(python)
    ? 'uv tool install --reinstall poetry'
    : `${python} -m pip install keyring`
}

const problemWords: Record<string, (problem: Problem, python: string) => ErrorWords> = {
  'no-poetry': (p, python) => [
    'POETRY_BROKEN',
    `Poetry's Python (${python}) cannot import Poetry${because(p)}`,
    reinstall,
  ],
  'no-keyring': (p, python) => [
    'POETRY_BROKEN',
    `Poetry's Python (${python}) cannot import the package keyring${because(p)}`,
    `Type: ${addKeyring(python)}`,
  ],
  disabled: (p) => [
    'KEYRING_DISABLED',
    `Python's keyring is switched off: its backend is ${p.backend}.`,
    "Unset PYTHON_KEYRING_BACKEND, or take the backend out of Python's keyringrc.cfg (`python -m keyring diagnose` shows where it is).",
  ],
  plaintext: (p) => [
    'KEYRING_DISABLED',
    `Python's keyring would store in plain text (${p.backend}), and Poetry refuses such a backend.`,
    `Unset PYTHON_KEYRING_BACKEND, or choose another backend in Python's keyringrc.cfg. ${noKeyring}`,
  ],
  'bad-backend': (p) => [
    'KEYRING_FAILED',
    `Python's keyring cannot load its backend${because(p)}`,
    "Check PYTHON_KEYRING_BACKEND and Python's keyringrc.cfg: they name a backend that is not there.",
  ],
  'unfit-backend': (p) => [
    'KEYRING_ABSENT',
    `The backend that was chosen for Python's keyring cannot work here${because(p)}`,
    `Unset PYTHON_KEYRING_BACKEND, or take the backend out of Python's keyringrc.cfg. ${noKeyring}`,
  ],
  'no-bus': (p) => ['KEYRING_ABSENT', `There is no session bus, so no keyring${because(p)}`, noKeyring],
  'lost-bus': (p) => [
    'KEYRING_ABSENT',
    `The session bus that DBUS_SESSION_BUS_ADDRESS names cannot be reached${because(p)}`,
    `A terminal that is older than your login (tmux, screen) names a bus that is gone: open a new one. ${noKeyring}`,
  ],
  'bus-off': (p) => [
    'KEYRING_ABSENT',
    `DBUS_SESSION_BUS_ADDRESS is set to ${p.detail}, which switches the session bus off, and with it the keyring.`,
    `Unset it: unset DBUS_SESSION_BUS_ADDRESS. ${noKeyring}`,
  ],
  'silent-bus': () => ['KEYRING_SILENT', 'The session bus does not answer, so the keyring cannot be reached.', restart],
  'no-service': () => ['KEYRING_ABSENT', 'No keyring service runs in this session.', noKeyring],
  'no-backend': (p) => ['KEYRING_ABSENT', `Poetry's Python finds no keyring that works here${because(p)}`, noKeyring],
  'no-collection': () => [
    'KEYRING_ABSENT',
    'The keyring service has no default keyring yet.',
    'Run `ca-sync` by hand once in your desktop session: it lets the desktop ask you for a password and makes one.',
  ],
  'not-made': () => [
    'KEYRING_ABSENT',
    'The keyring service has no default keyring yet, and none was made when asked for.',
    `Run ca-sync in a terminal of your desktop, which then asks for a new password; or make one with "Passwords and Keys" (seahorse). ${noKeyring}`,
  ],
  locked: () => ['KEYRING_LOCKED', 'Your keyring is locked.', unlock],
  dismissed: () => ['KEYRING_LOCKED', 'Your keyring is locked, and it was not unlocked when asked for.', unlock],
  unreadable: (p) => [
    'KEYRING_FAILED',
    `Python's keyring does not answer as it should${because(p)}`,
    'Check it with `python -m keyring diagnose` in the environment of Poetry.',
  ],
  'too-long': (p) => [
    'KEYRING_TOO_LONG',
    `The token has ${p.length} characters, ${p.limit ? `and the keyring holds at most ${p.limit}` : 'more than the keyring holds'}. Nothing was stored.`,
    [
      'Type: ca-sync --store exec',
      'It keeps the token where it fits, and `ca-sync exec -- poetry …` gives it to Poetry; after `ca-sync hook install --wrap`, plain `poetry` does.',
      "Or: ca-sync --store plaintext (in Poetry's auth.toml, for every program that can read your files).",
    ].join('\n'),
  ],
  refused: (p) => [
    'KEYRING_FAILED',
    `The keyring refused the entry ${p.service}${because(p)}`,
    'Check that the keyring can be written (a program such as "Passwords and Keys" shows it), then run ca-sync again.',
  ],
  missing: (p) => [
    'KEYRING_FAILED',
    `The keyring took the entry ${p.service} but does not give it back.`,
    'Run ca-sync again; if it stays so, `python -m keyring diagnose` in the environment of Poetry shows which backend is used.',
  ],
  shadowed: (p) => [
    'KEYRING_FAILED',
    `Another keyring entry hides the token: ${p.service}${p.store ? ` in ${p.store}` : ''}.`,
    `Remove the entry ${p.service} (user aws), for example with \`python -m keyring del ${p.service} aws\` in the environment of Poetry, and run ca-sync again.`,
  ],
}

const because = ({ detail }: Problem): string =>
  detail ? `: ${detail.trim().replaceAll(/\s+/g, ' ').replace(/\.?$/, '.')}` : '.'

/** What a backend of another package did, which would do otherwise if it were not asked. */
const deeds: Readonly<Record<string, (problem: Problem) => string>> = {
  unreadable: (p) => `and fails${because(p)}`,
  refused: (p) => `and refused the entry ${p.service}${because(p)}`,
  missing: (p) => `and does not give back the entry ${p.service}.`,
  shadowed: (p) => `and answers for ${p.service} with something else than the token.`,
  silent: () => 'and does not answer.',
  plaintext: () => 'and it would store in plain text, which Poetry refuses.',
}

function rivalWords({ package: name, backend, instead }: BackendRival, deed: string): ErrorWords {
  const code = deed.includes('plain text') ? 'KEYRING_DISABLED' : 'KEYRING_FAILED'
  const otherwise = instead
    ? `, or have Python ask another: export PYTHON_KEYRING_BACKEND=${instead}`
    : `. ${noKeyring}`
  const out = `Take ${name} out of Poetry's Python (ca-sync doctor says how)${otherwise}`
  return [code, `Poetry's Python asks ${backend} (of the package ${name}) for passwords, ${deed}`, out]
}

export function problemError(problem: Problem, python: string, cause?: unknown): CaSyncError {
  const { kind, rival } = problem
  const deed = rival ? deeds[kind]?.(problem) : undefined
  const put = problemWords[kind] ?? (problemWords['unreadable'] as NonNullable<(typeof problemWords)[string]>)
  const [code, message, hint] = rival && deed ? rivalWords(rival, deed) : put(problem, python)
  return new CaSyncError(code, message, { hint, cause })
}

/** Nothing was heard from Poetry's Python for too long, or it ended on its own. */
export type Silence =
  | { readonly kind: 'start' | 'silent' | 'unanswered'; readonly seconds: number }
  | { readonly kind: 'unstartable'; readonly detail: string }
  | { readonly kind: 'ended'; readonly started: boolean; readonly detail: string }
  | { readonly kind: 'closed' }

export function silenceError(silence: Silence, python: string, cause?: unknown, rival?: BackendRival): CaSyncError {
  if (rival && (silence.kind === 'silent' || silence.kind === 'unanswered'))
    return problemError({ kind: 'silent', rival }, python, cause)
  const [code, message, hint] = silenceWords(silence, python)
  return new CaSyncError(code, message, { hint, cause })
}

function silenceWords(silence: Silence, python: string): ErrorWords {
  const broken = (what: string): ErrorWords => ['POETRY_BROKEN', `Poetry's Python (${python}) ${what}.`, reinstall]
  switch (silence.kind) {
    case 'start':
      return broken(`did not start within ${silence.seconds} s`)
    case 'unstartable':
      return broken(`cannot be started: ${silence.detail}`)
    case 'ended':
      if (!silence.started) return broken(`ended before it could be used (${silence.detail})`)
      return [
        'KEYRING_FAILED',
        `Poetry's Python ended while using the keyring (${silence.detail}).`,
        'Run ca-sync again with --verbose to see what it said.',
      ]
    case 'unanswered':
      return [
        'KEYRING_LOCKED',
        `Your keyring seemed to wait for you to unlock it, and did not answer within ${silence.seconds} s.`,
        unlock,
      ]
    case 'silent':
      return ['KEYRING_SILENT', `The keyring did not answer within ${silence.seconds} s.`, restart]
    case 'closed':
      return ['KEYRING_FAILED', 'The handover to Poetry was broken off.', 'Run ca-sync again.']
  }
}
