import { EXIT } from '../../src/core/words/errors.ts'

type Fact = readonly [name: string, meaning: string]

/** What the exit codes mean, in the order of their numbers. */
export const exitCodes: readonly Fact[] = [
  [`${EXIT.ok}`, 'done, or nothing to do'],
  [`${EXIT.bug}`, 'a bug in ca-sync; or its output cannot be written'],
  [`${EXIT.usage}`, 'the command line is wrong'],
  [`${EXIT.project}`, "the project, a settings file, or the system's scheduler"],
  [`${EXIT.aws}`, 'AWS: credentials, permission, not reachable'],
  [`${EXIT.keyring}`, 'the keyring or Poetry'],
  [`${EXIT.partial}`, 'some sources failed, others are fine; `status`, `doctor`: not all is ready'],
  [
    `${EXIT.notExecutable}, ${EXIT.notFound}, 128+n`,
    '`exec`: the command cannot be started, is not there, was ended by a signal',
  ],
  [`${EXIT.interrupted}`, 'interrupted'],
]

/** The variables that ca-sync reads. */
export const environment: readonly Fact[] = [
  ['CA_SYNC_POETRY', 'the Poetry to use: the program, or its Python, by its full path'],
  ['CA_SYNC_STATE_DIR', 'where ca-sync remembers, in place of the folder below'],
  [
    'CA_SYNC_AT',
    '`7:23`: what `schedule install` gives its job, the minute and second at which it may call AWS (not on Windows)',
  ],
  ['CA_SYNC_NO_HOOK', '`1` switches the hook of a shell off'],
  ['AWS_PROFILE, AWS_DEFAULT_PROFILE', 'the AWS profile, as for the AWS CLI'],
  ['AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN', 'keys, which come before a profile'],
  ['AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_LOGIN_CACHE_DIRECTORY', "the AWS CLI's files, elsewhere"],
  ['AWS_ENDPOINT_URL_CODEARTIFACT, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL', 'other endpoints of AWS'],
  ['HTTPS_PROXY, NO_PROXY, AWS_CA_BUNDLE', 'the way to AWS'],
  [
    'POETRY_CONFIG_DIR',
    "Poetry's folder of settings, and whatever else Poetry reads (`POETRY_HTTP_BASIC_…`, `POETRY_REPOSITORIES_…`)",
  ],
  ['XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_DATA_HOME', 'where files are, on Linux and macOS'],
  ['NO_COLOR', 'no colours on a terminal'],
]

/** What is where. */
export const places: readonly Fact[] = [
  ['~/.config/ca-sync/config.toml', 'your settings (Windows: `%APPDATA%\\ca-sync`)'],
  [
    '~/.local/state/ca-sync/state.json',
    'what ca-sync remembers, no secret in it (Windows: `%LOCALAPPDATA%\\ca-sync`); beside it, for the hooks of shells, `next`, `notice` and `exec` (the folders whose Poetry they wrap); `job` and `watch`, by which `status` sees who renews; `hook-SHELL`, when a hook last ran; and the lock',
  ],
  ['keyring, service ca-sync', 'the tokens, one item a domain and identity'],
  ['keyring, host of the domain', 'the token as Poetry, pip, uv and twine find it, of the user `aws`'],
  [
    "Poetry's config.toml and auth.toml",
    '`repositories.NAME` and `http-basic.NAME.username` (`~/.config/pypoetry`; macOS: `~/Library/Application Support/pypoetry`; Windows: `%APPDATA%\\pypoetry`)',
  ],
]
