import { mkdir, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { filesHolding } from './files.ts'
import { writeProgram } from './poetry-install.ts'
import { blocksOf, page } from './readme.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const tools = checkout('.cache/tools/bin')

/** A recipe of the page: from its name in bold letters to the next one. */
const recipe = (name: string): string => page('ci').split(`\n**${name}`)[1]?.split('\n**')[0] ?? 'no such recipe'

const [shellFunction = ''] = blocksOf('sh', recipe('WSL and SSH'))

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ keyring: 'no-bus' })
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
})
afterEach(() => stage.close())

/** Types lines into a shell, in the project; `first` comes first on PATH. */
const type = (lines: string, first: readonly string[] = [], shell = 'bash') => {
  const PATH = [...first, stage.env['PATH']].join(delimiter)
  return run(shell, ['-c', lines], { env: { ...stage.env, PATH }, cwd: stage.project, timeoutMs: 60_000 })
}

/** Locks the project with our package in it, and forgets what was downloaded. */
async function lock(): Promise<void> {
  expect(await type(`${shellFunction}\npoetry add --lock ${library} --source dev`)).toMatchObject({ code: 0 })
  stage.emulator.clearCalls()
  await rm(stage.env['XDG_CACHE_HOME'] ?? '', { recursive: true })
}

const served = () => stage.emulator.requests.filter(({ path, status }) => path.endsWith('.whl') && status === 200)
const leaks = () => filesHolding(stage.box.dir, stage.emulator.issuedTokens())

test.each(['bash', 'zsh'])('WSL and SSH: poetry is a function of %s', async (shell) => {
  const lines = `${shellFunction}\npoetry add ${library} --source dev`
  expect(await type(lines, [], shell)).toMatchObject({ code: 0 })
  expect(served().length).toBeGreaterThan(0)
  expect(await leaks()).toEqual([])
})

test.each(['GitHub Actions', 'GitLab', 'CodeBuild', 'Jenkins', 'A dev container', 'mise'])(
  '%s: the line that installs',
  async (name) => {
    const line = /ca-sync exec -- [^"'\n]*/.exec(recipe(name))?.[0] ?? 'false'
    await lock()
    expect(await type(line)).toMatchObject({ code: 0 })
    expect(served().length).toBeGreaterThan(0)
    expect(await leaks()).toEqual([])
  },
)

test('Dockerfile: the token gets from exec into the RUN line, and nowhere else', async () => {
  await lock()
  const [dockerfile = ''] = blocksOf('dockerfile', recipe('Dockerfile'))
  const secrets = join(stage.box.dir, 'run-secrets')
  const line = dockerfile.replace(/^RUN --mount=type=secret,id=poetry-dev/, '').replaceAll('/run/secrets', secrets)
  // What docker does of all this: the variable becomes a file in memory, and the line sees it but not our environment.
  await mkdir(secrets)
  await writeProgram(join(stage.box.dir, 'run-line'), `#!/bin/sh\n${line.replace(/^\s*\\\n/, '')}`)
  const docker = `#!/bin/sh -eu
[ "$*" = "build --secret id=poetry-dev,env=POETRY_HTTP_BASIC_DEV_PASSWORD ." ]
printf %s "$POETRY_HTTP_BASIC_DEV_PASSWORD" > ${secrets}/poetry-dev
unset POETRY_HTTP_BASIC_DEV_USERNAME POETRY_HTTP_BASIC_DEV_PASSWORD
${join(stage.box.dir, 'run-line')}
rm ${secrets}/poetry-dev
`
  await writeProgram(join(stage.box.dir, 'docker-bin/docker'), docker)
  expect(
    await type(blocksOf('sh', recipe('Dockerfile'))[0] ?? 'false', [join(stage.box.dir, 'docker-bin')]),
  ).toMatchObject({ code: 0 })
  expect(served().length).toBeGreaterThan(0)
  expect(await leaks()).toEqual([])
})

test.each(['cdk deploy', 'sam build'])('%s: the pip that it runs gets our package', async (line) => {
  const command = blocksOf('sh', recipe('CDK and SAM')).find((block) => block.includes(line)) ?? 'false'
  const handed = [...recipe('CDK and SAM').matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name)
  // Of the environment, the bundling container of CDK gets what it is handed by name.
  const bundle = `#!/bin/sh -eu
exec env -i PATH="$PATH" HOME="$HOME" ${handed.map((name) => `${name}="$${name}"`).join(' ')} \\
  ${tools}/python -m pip download --quiet --no-deps --dest "$HOME/bundle" ${library}
`
  await writeProgram(join(stage.box.dir, 'bundlers', line.split(' ')[0] ?? ''), bundle)
  expect(await type(command, [join(stage.box.dir, 'bundlers')])).toMatchObject({ code: 0 })
  expect(served().length).toBeGreaterThan(0)
  expect(await leaks()).toEqual([])
})

test('Renovate: its config.js has the token for the host of the source', async () => {
  const [config = ''] = blocksOf('js', recipe('Renovate'))
  const [start = ''] = blocksOf('sh', recipe('Renovate'))
  const renovate = `#!${process.execPath}
const module = {}
${config}
process.stdout.write(JSON.stringify(module.exports.hostRules))
`
  await writeProgram(join(stage.box.dir, 'renovate-bin/renovate'), renovate)
  const { code, stdout } = await type(start, [join(stage.box.dir, 'renovate-bin')])
  expect(code).toBe(0)
  const [password] = stage.emulator.issuedTokens()
  const matchHost = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/'
  expect(JSON.parse(stdout)).toEqual([{ hostType: 'pypi', matchHost, username: 'aws', password }])
})
