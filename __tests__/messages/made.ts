import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { callError, credentialError } from '../../src/aws/errors/errors.ts'
import { rivalProblem } from '../../src/core/doctor/packages.ts'
import { homeOf } from '../../src/core/ports/full-path.ts'
import { dottedName } from '../../src/core/project/fields.ts'
import { priorityKeys } from '../../src/core/project/priority.ts'
import { checkVariables } from '../../src/core/variables/names.ts'
import { about, CaSyncError } from '../../src/core/words/errors.ts'
import { editFile } from '../../src/files/edit.ts'
import { unreadable, unwritable } from '../../src/files/regular.ts'
import { findPoetry } from '../../src/poetry/find/find.ts'
import { problemError, silenceError } from '../../src/poetry/keyring/problems.ts'
import { cronJob, withCronBlock } from '../../src/schedule/cron.ts'
import { runFailure, runner } from '../../src/schedule/run.ts'
import { stableNode, stableProgram } from '../../src/schedule/stable-programs.ts'
import { systemdFiles } from '../../src/schedule/systemd.ts'
import { runCommand } from '../../src/shell/child.ts'
import { append, writeSecret } from '../../src/shell/output.ts'
import { store } from '../../src/survey/keepers/vault.ts'
import { garbled, gone, refused, silent } from '../../src/vault/failure.ts'

const job = {
  node: '/usr/bin/node',
  program: '/opt/ca-sync/main.cjs',
  env: {},
  minute: 7,
  second: 0,
  home: '/home/me',
  watch: undefined,
  loginCache: undefined,
}
const search = { env: {}, platform: 'linux', home: '/home/me', real: () => undefined } as const
const parent = {
  ...{ env: {}, envAsGiven: {}, platform: process.platform, cwd: '/' },
  ...{ isInForeground: () => false, onSignal: () => undefined },
}
const system = (code: string) => Object.assign(new Error(code), { code })
const systemCodes = [
  'EACCES',
  'EPERM',
  'EBUSY',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EISDIR',
  'ENOTDIR',
  'EIO',
  'EMFILE',
  'ELOOP',
]
const keyringKinds = [
  'no-poetry no-keyring disabled plaintext bad-backend unfit-backend no-bus lost-bus bus-off silent-bus no-service no-backend',
  'no-collection not-made locked dismissed unreadable too-long refused missing shadowed',
].flatMap((kinds) => kinds.split(' '))
const problem = (kind: string) => ({
  kind,
  detail: 'as it says',
  backend: 'keyring.backends.x.Keyring',
  service: 'host',
  length: 1400,
})
const rival = {
  package: 'keyrings-google-artifactregistry-auth',
  backend: 'a.B',
  instead: 'keyring.backends.SecretService.Keyring',
}
const vaultSays = [
  'no native addon for this in prebuilds/linux',
  'Cannot find module',
  'Cannot autolaunch D-Bus without X11',
  'The name is not provided by any .service files',
  'Cannot create an item in a locked collection',
  'User interaction is not allowed',
  'Object does not exist at path /x',
  'anything else',
]

const finding = (env: Record<string, string> = {}) => ({
  ...{ env: { PATH: '/nowhere', HOME: '/nowhere', ...env }, platform: process.platform, home: '/nowhere', uid: 1 },
  projectDir: '/nowhere',
})
const dev = { name: 'dev', url: 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/' }
const site = {
  ...{
    poetry: '/p',
    python: '/python',
    installer: 'pip' as const,
    packages: new Map([['poetry-codeartifact-auth-plugin', '1']]),
  },
  ...{ name: '', injected: [], ofPoetrySelf: [], ofSystem: [] },
} as const
const obtained = { targets: [{ name: 'dev' }], token: { secret: 'x' } } as never

const asked = {
  identity: { base: { kind: 'default' } },
  profile: 'default',
  files: {
    profiles: new Map(),
    faults: new Map(),
    kinds: new Map(),
    strays: new Map(),
    unreadable: [],
    config: '/c',
    credentials: '/d',
  },
  ...{ region: 'us-east-1', repository: 'dev', limitMs: 20_000, now: Date.now },
  domain: { domain: 'my-domain', owner: '564131876131', region: 'us-east-1' },
  seen: { origin: 'https://codeartifact.us-east-1.amazonaws.com' },
} as never

/** What AWS calls its errors, with what it says. */
const awsSays: Readonly<Record<string, string>> = {
  AccessDeniedException: 'User: x is not authorized to perform: codeartifact:GetAuthorizationToken on resource: y',
  UnauthorizedException: 'x',
  ExpiredTokenException: 'x',
  UnrecognizedClientException: 'x',
  InvalidSignatureException: 'Signature expired: 1 is now earlier than 2',
  RequestTimeTooSkewed: 'x',
  ResourceNotFoundException: 'Repository not found',
  ValidationException: 'domainOwner is wrong',
  ThrottlingException: 'Rate exceeded',
  InvalidIdentityToken: 'x',
  RegionDisabledException: 'x',
}

const thrown = (work: () => unknown) => async () => work()

/** Errors that a person meets where the memory stage cannot go: a title, the exit code, and what makes them. */
export const made: readonly (readonly [title: string, code: number, make: () => unknown])[] = [
  ...systemCodes.map((code) => [`${code}, writing`, 3, () => unwritable('/x/y', system(code))] as const),
  ['anything else, reading', 3, () => unreadable('/x/y', system('EWHAT'), 'STATE_UNREADABLE')],
  ...keyringKinds.map(
    (kind) => [`the keyring: ${kind}`, 5, () => problemError(problem(kind), '/usr/bin/python3')] as const,
  ),
  ...['unreadable', 'refused', 'missing', 'shadowed', 'silent', 'plaintext'].map(
    (kind) =>
      [`another backend: ${kind}`, 5, () => problemError({ ...problem(kind), rival }, '/usr/bin/python3')] as const,
  ),
  ...(['start', 'silent', 'unanswered'] as const).map(
    (kind) => [`silence: ${kind}`, 5, () => silenceError({ kind, seconds: 20 }, '/usr/bin/python3')] as const,
  ),
  ['silence: unstartable', 5, () => silenceError({ kind: 'unstartable', detail: 'x' }, '/usr/bin/python3')],
  [
    'silence: ended',
    5,
    () => silenceError({ kind: 'ended', started: true, detail: 'exit code 1' }, '/usr/bin/python3'),
  ],
  ['silence: never begun', 5, () => silenceError({ kind: 'ended', started: false, detail: 'x' }, '/usr/bin/python3')],
  ['silence: closed', 5, () => silenceError({ kind: 'closed' }, '/usr/bin/python3')],
  ...vaultSays.map((says) => [`the vault: ${says}`, 5, () => refused(says)] as const),
  ['the vault: silent', 5, () => silent(5_000)],
  ['the vault: closed', 5, () => gone('exit code 75')],
  ['the vault: killed', 5, () => gone('SIGSEGV')],
  ['the vault: garbled', 5, () => garbled()],
  ['no such program', 127, () => runCommand(['no-such-program'], {}, parent)],
  ['a command as one word', 127, () => runCommand(['poetry install'], {}, parent)],
  ['no program', 126, () => runCommand(['/etc/passwd'], {}, parent)],
  ...Object.entries(awsSays).map(
    ([name, message]) => [`AWS: ${name}`, 4, () => callError({ name, message }, asked)] as const,
  ),
  ['AWS: 500', 4, () => callError({ name: 'X', message: '', $metadata: { httpStatusCode: 500 } }, asked)],
  ['AWS: a page of the network', 4, () => callError({ name: 'SyntaxError', message: '<html>' }, asked)],
  ...['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'CERT_HAS_EXPIRED', 'EPROTO'].map(
    (code) => [`AWS: ${code}`, 4, () => callError({ name: 'Error', message: '', code }, asked)] as const,
  ),
  [
    'AWS: nobody',
    4,
    () =>
      credentialError({ name: 'CredentialsProviderError', message: 'no' }, { ...(asked as object), seen: {} } as never),
  ],
  [
    'a tool that does not end',
    3,
    () => runner({ ...parent, env: { PATH: '/usr/bin:/bin' }, uid: 1, home: '/' } as never, 50)('sleep', ['9']),
  ],
  ['no Poetry', 5, () => findPoetry(finding())],
  ['a dead Poetry', 5, () => findPoetry({ ...finding(), remembered: { poetry: '/etc/passwd', python: '/x' } })],
  ['CA_SYNC_POETRY is uvx', 5, () => findPoetry(finding({ CA_SYNC_POETRY: 'uvx poetry' }))],
  ['CA_SYNC_POETRY is no program', 5, () => findPoetry(finding({ CA_SYNC_POETRY: '/etc/passwd' }))],
  ['CA_SYNC_POETRY is no Python', 5, () => findPoetry(finding({ CA_SYNC_POETRY: '/bin/sh' }))],
  ['no home', 3, thrown(() => homeOf({ home: '', platform: 'linux' }))],
  ['no home on Windows', 3, thrown(() => homeOf({ home: '', platform: 'win32' }))],
  ['a dot in a name', 3, () => dottedName('a.b', '1.8.5', '/x/pyproject.toml')],
  [
    'the plugin beside Poetry',
    5,
    () =>
      rivalProblem(site, ['my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'], { isKeyringAsked: true }),
  ],
  [
    'another index of the name',
    3,
    thrown(() => checkVariables([dev], [{ name: 'DEV', url: 'https://example.org/', where: 'uv.toml' }])),
  ],
  ['a variable in a file', 3, thrown(() => checkVariables([dev], [], ['/x/pip.conf']))],
  ['errors of some sources', 5, () => about('dev, qa', new CaSyncError('BUSY', 'It is so.', { hint: 'Wait.' }))],
  [
    'a vault that forgets',
    5,
    async () =>
      (
        await store(
          {
            read: async () => undefined,
            write: async () => undefined,
            remove: async () => undefined,
            start: () => undefined,
            wake: () => undefined,
          },
          [obtained],
        )
      ).failed.get('dev'),
  ],
  ['a device as output', 3, () => writeSecret('/dev/null', 'x')],
  ['no place to append to', 3, () => append('/nowhere/x', 'x')],
  ['a file that others write all the time', 3, busyFile],
  ['systemd and a quote', 2, thrown(() => systemdFiles({ ...job, node: "/o'hara/node" }))],
  ['cron and a backslash', 2, thrown(() => cronJob({ ...job, node: '/a\\b' }))],
  ['half a block in the crontab', 3, thrown(() => withCronBlock('# >>> ca-sync schedule >>>\n', ''))],
  [
    'a tool that fails',
    3,
    () => runFailure('crontab', ['-'], { code: 1, stderr: 'no', stdout: Buffer.alloc(0) } as never),
  ],
  [
    'a tool that is not there',
    3,
    () => runFailure('crontab', ['-'], { code: undefined, stderr: '', stdout: Buffer.alloc(0) } as never),
  ],
  ['Node of one shell', 2, thrown(() => stableNode('/run/user/1/fnm_multishells/1_2/bin/node', search as never))],
  ['ca-sync of a cache', 2, thrown(() => stableProgram('/home/me/.npm/_npx/1/ca-sync/main.cjs', search as never))],
  ['a priority that Poetry does not have', 2, thrown(() => priorityKeys('explicit', '1.4.0'))],
]

async function busyFile(): Promise<unknown> {
  const path = join(await mkdtemp(join(tmpdir(), 'ca-sync-busy-')), 'file')
  const { writeFileSync } = await import('node:fs')
  let count = 0
  const edit = () => {
    writeFileSync(path, `${count++}`)
    return Buffer.from('ours')
  }
  return editFile(path, edit, { mode: 0o600 })
}

/** The error that a row makes, thrown or given. */
export async function errorOf(make: () => unknown): Promise<CaSyncError> {
  const error = await (async () => make())().catch((reason: unknown) => reason)
  if (error instanceof CaSyncError) return error
  throw error instanceof Error ? error : new Error(`no error, but ${JSON.stringify(error)}`)
}
