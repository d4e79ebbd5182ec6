import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunOptions } from '../../scripts/testbed/run.ts'
import { declared, plugin, pyproject } from '../e2e/pyproject.ts'
import type { MemoryStage } from '../scenarios/memory-stage.ts'

type Arrange = (stage: MemoryStage) => Promise<unknown>

/** What is typed, the exit code, a part of what happened and of what to type, and what is so before. */
export type Typed = readonly [line: string, code: number, says: string, type: string, arrange?: Arrange]

const variable =
  (more: Readonly<Record<string, string>>): Arrange =>
  async ({ env }) => ({ env: { ...env, ...more } })

const project =
  (text: string | ((stage: MemoryStage) => string)): Arrange =>
  async (stage) => ({ cwd: await stage.makeProject('other', typeof text === 'string' ? text : text(stage)) })

const file =
  (place: (stage: MemoryStage) => string, text: string | Buffer): Arrange =>
  async (stage) => {
    const path = place(stage)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, text)
  }

const settings = (text: string) => file(({ home }) => join(home, '.config/ca-sync/config.toml'), text)
const state = (text: string) => file((stage) => join(stage.state, 'state.json'), text)

const synced: Arrange = async (stage) => {
  await stage.caSync([])
  return undefined
}
const after =
  (...steps: Arrange[]): Arrange =>
  async (stage) => {
    let call: Partial<RunOptions> | undefined
    for (const step of steps) call = ((await step(stage)) as typeof call) ?? call
    return call
  }
const locked: Arrange = async (stage) => {
  await stage.lockKeyring()
  return undefined
}
const denied: Arrange = async (stage) => {
  stage.denyTokens()
  return undefined
}
const mayNot =
  (operation: Parameters<MemoryStage['denied']['add']>[0]): Arrange =>
  async ({ denied }) =>
    void denied.add(operation)
const vpc =
  'https://vpce-0a1b-2c3d.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/my-domain-564131876131/dev/simple/'
const sudo = variable({ SUDO_USER: 'jane' })
const ours = pyproject(plugin())
const inSecrets = file(({ home }) => join(home, '.bashrc'), '# >>> ca-sync hook >>>\n')

export const typed: readonly Typed[] = [
  // The command line. Its own table is in cli/program.test.ts.
  ['stauts', 2, 'Did you mean status?', 'Type: ca-sync status --help'],
  ['status -- poetry', 2, 'The words after -- are for exec', 'Type: ca-sync exec -- poetry'],
  ['--profile=', 2, '--profile needs a', 'aws configure list-profiles'],
  ['--duration 13h', 2, 'is not a token life', 'Give 15m to 12h'],
  ['--refresh-before soon', 2, 'neither a share', 'Give 1% to 99%'],
  ['--role-arn reader', 2, 'is not the ARN of an IAM role', 'arn:aws:iam::123456789012:role/NAME'],
  ['--local --no-local', 2, '--local and --no-local', 'Give one of the two'],
  ['--all --local', 2, 'about one project', 'ca-sync'],
  ['--all -s dev', 2, 'goes neither with --project', 'Type'],
  ['policy --principal 12', 2, '12 digits', 'aws sts get-caller-identity'],
  ['hook bash zsh', 2, 'One hook is printed at a time', 'Type: ca-sync hook bash'],
  ['hook install --wrap --no-wrap', 2, 'go not together', 'Type: ca-sync hook install --wrap'],
  ['hook install', 2, 'shell', 'Name one: ca-sync hook install bash|zsh', variable({ SHELL: '/bin/tcsh' })],
  ['hook install powershell', 2, 'PowerShell was not found', 'Install it, or name another shell'],
  ['completion bash zsh', 2, 'One script is printed at a time', 'Type: ca-sync completion bash'],
  ['completion install powershell', 2, 'PowerShell was not found', 'Install it, or name another shell'],
  ['uninstall', 2, 'Nothing was removed', 'Type: ca-sync uninstall --yes'],
  ['env --format github --output x', 2, '$GITHUB_ENV', 'Leave out --output'],
  ['env --format github', 2, '$GITHUB_ENV is not set', 'ca-sync env --format sh'],
  ['env --output /dev/null', 3, 'is not a file', 'Name a file: --output FILE'],
  ['--force', 2, 'This runs under sudo (started by jane)', 'Type the same without sudo', sudo],
  ['hook install bash', 2, 'This runs under sudo', 'Type the same without sudo', sudo],
  ['schedule install', 2, 'This runs under sudo', 'Type the same without sudo', sudo],

  // Where the project is, and what it says
  ['', 3, 'There is no pyproject.toml', 'ca-sync -C DIR', async ({ home }) => ({ cwd: home })],
  ['-C nowhere', 3, 'is not a folder', 'ca-sync -C DIR'],
  ['logout -C nowhere', 3, 'is not a folder', 'ca-sync logout --all'],
  ['', 3, 'The current folder does not exist any more', '-C /path/to/project', async () => ({ cwd: '' })],
  ['', 3, 'names no CodeArtifact source', 'Type: ca-sync sources add NAME', project(pyproject())],
  [
    '',
    3,
    'only an index of another tool',
    'Type: ca-sync',
    project(({ url }) => pyproject(`[[tool.uv.index]]\nname = "dev"\nurl = "${url}simple/"\n`)),
  ],
  [
    '',
    3,
    'the project above it does',
    'Type: ca-sync -C',
    async (stage) => {
      await mkdir(join(stage.project, 'docs'))
      await writeFile(join(stage.project, 'docs/pyproject.toml'), pyproject())
      return { cwd: join(stage.project, 'docs') }
    },
  ],
  ['', 3, 'is not valid TOML: line 5', 'line 5', project('[tool.poetry]\nname = "app"\nversion = "0"\n\nx = = 1\n')],
  ['', 3, 'merge that is not finished', 'Choose what stays', project('<<<<<<< HEAD\na = 1\n=======\n>>>>>>> x\n')],
  [
    '',
    3,
    'is not UTF-8 text',
    'Save the file as UTF-8',
    file(({ project }) => join(project, 'pyproject.toml'), Buffer.from([0xff, 0x41])),
  ],
  ['', 3, 'tool is a string, not a table', 'Write it as [tool]', project('tool = "x"\n')],
  [
    '',
    3,
    'not an array of tables',
    'Start each source with a line',
    project('[tool.poetry-plugin-code-artifact]\nsources = 1\n'),
  ],
  ['', 3, '12 digits', 'Correct aws-codeartifact-owner', project(ours.replace('564131876131', '56413187613'))],
  ['', 3, 'is not an AWS region', 'Write', project(pyproject(plugin({ region: 'us_east_1' })))],
  [
    '',
    3,
    'is missing',
    'Add aws-codeartifact-repository',
    project(ours.replace(/aws-codeartifact-repository.*\n/, '')),
  ],
  ['', 3, 'unknown key', 'Did you mean aws-codeartifact-region?', project(ours.replace('region', 'regoin'))],
  ['', 3, 'url', 'Write url =', project(pyproject(plugin(), declared('dev', 'https://example.org/simple/')))],
  ['-s dev status', 3, 'There is no CodeArtifact source "status"', 'Type: ca-sync status -s dev'],
  ['-s dve', 3, 'There is no CodeArtifact source "dve"', 'It has: dev, qa, prod'],
  ['logout -s dve', 3, 'ca-sync knows no source', 'It knows: dev', synced],
  ['sources remove dve', 3, 'There is no source "dve"', 'Did you mean dev?'],

  // New sources
  ['sources add x', 2, '--domain is missing', 'ca-sync sources add NAME URL'],
  ['sources add x https://example.org/', 2, 'not that of a CodeArtifact', 'It looks like https://'],
  ['sources add x --domain d1 --region us-esat-1', 2, 'Did you mean us-east-1?', '--region us-east-1'],
  ['sources add x --domain D --region us-east-1 --repository r1', 2, 'domain', 'ca-sync sources add --help'],
  [
    'sources add x --domain my-domain --region us-east-1',
    2,
    'Which repository? Domain my-domain has:',
    'ca-sync sources add x',
  ],
  ['sources add dev --domain d1 --region us-east-1 --repository r1', 3, 'The name "dev" is taken', '--replace'],
  ['sources add x https://example.org/ --domain d1', 2, 'The URL says it all', 'Type: ca-sync sources add --help'],
  [`sources add x ${vpc}`, 2, 'The URL is that of a VPC endpoint', 'Type: poetry source add --priority explicit'],
  [
    'sources add x --domain d1 --region us-east-1',
    4,
    'is not allowed',
    'Or name the repository yourself',
    mayNot('ListRepositoriesInDomain'),
  ],
  [
    'policy',
    4,
    'names no owner',
    'aws-codeartifact-owner',
    after(mayNot('GetCallerIdentity'), project(pyproject(plugin({ owner: null })))),
  ],
  ['init x', 2, 'Which repository?', 'ca-sync init NAME URL'],
  [
    'sources add x --domain d1 --region us-east-1 --repository r1',
    3,
    'no table can be added',
    'Write',
    project('[tool.poetry-plugin-code-artifact]\nsources = []\n'),
  ],

  // The user's settings, and what is remembered
  ['', 3, 'this setting is not known (line 1)', 'Did you mean profile?', settings('profil = "x"')],
  ['', 3, 'not valid TOML (line 1)', 'Correct that line', settings('profile = dev')],
  ['', 3, 'is not a token life', 'Give 15m to 12h', settings('duration = "13h"')],
  [
    '',
    3,
    'several domains of that name',
    'Name the owner',
    after(
      settings('[domains."my-domain/564131876131"]\n[domains."my-domain/564131876132"]\n'),
      project(pyproject(plugin({ owner: null }))),
    ),
  ],
  [
    '',
    3,
    'have two AWS identities',
    'ca-sync --profile NAME',
    after(settings('[sources.dev]\nprofile = "a"\n[sources.qa]\nprofile = "b"\n'), async ({ home }) => ({
      env: { HOME: home, PATH: '' },
    })),
  ],
  ['status', 3, 'A newer ca-sync than this one', 'ca-sync --version', state('{"version": 99}')],
  ['logout', 3, 'What ca-sync remembers is lost', 'Type: ca-sync', state('{')],
  [
    '',
    3,
    'Cannot read',
    'Move the folder away',
    async (stage) => {
      await mkdir(join(stage.state, 'state.json'), { recursive: true })
    },
  ],
  ['status', 6, 'not synced yet', 'Type: ca-sync'],
  ['status', 6, 'the token has expired', 'Type: ca-sync', after(synced, (stage) => stage.letPass(13))],
  [
    'status',
    6,
    "Poetry's files are not as ca-sync left them",
    'Type: ca-sync',
    after(synced, ({ config }) => rm(join(config, 'auth.toml'))),
  ],

  // AWS, Poetry, the keyring
  ['', 4, 'is not allowed', 'Ask your AWS administrator', denied],
  ['status', 6, 'is not allowed', 'Ask your AWS administrator', after(denied, synced)],
  ['', 5, 'Your keyring is locked', 'Log in to your desktop', locked],
  [
    '',
    5,
    'PYTHON_KEYRING_BACKEND is set',
    'Remove the variable',
    variable({ PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring' }),
  ],
  [
    '--store plaintext',
    6,
    'where Poetry would send a token that is in plain text',
    'ca-sync --store keyring',
    file(({ project }) => join(project, 'poetry.toml'), '[repositories.dev]\nurl = "https://example.org/"\n'),
  ],
  ['', 3, 'POETRY_CONFIG_DIR is home', 'full path', variable({ POETRY_CONFIG_DIR: 'home' })],
  ['', 5, 'is not valid TOML', 'Mend', file(({ config }) => join(config, 'config.toml'), 'x = = 1\n')],
  [
    '',
    6,
    'log in to as "kim"',
    'poetry config --unset http-basic.dev',
    file(({ config }) => join(config, 'auth.toml'), '[http-basic.dev]\nusername = "kim"\npassword = "x"\n'),
  ],
  ['exec --for twine -- true', 2, 'TWINE_PASSWORD is set', 'unset TWINE_PASSWORD', variable({ TWINE_PASSWORD: 'x' })],
  ['exec --for twine -- true', 2, 'twine uploads to one repository', 'Say which: --source dev'],
  [
    'exec -- true',
    3,
    'are the same name in an environment variable',
    'Give one of them another name',
    project(pyproject(plugin({ name: 'a-b' }), plugin({ name: 'a_b' }))),
  ],
  ['hook install bash', 3, 'has lost its first or its last line', 'with an editor', inSecrets],
  [
    'hook install bash',
    3,
    'is UTF-16 text',
    'Save it as UTF-8',
    file(({ home }) => join(home, '.bashrc'), Buffer.from('\ufeffx', 'utf16le')),
  ],
]
