import { mkdir, readdir, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { startEmulator } from './emulator/emulator.ts'
import { exampleProject } from './example-project.ts'
import { openBox } from './testbed/box.ts'
import { checkout } from './testbed/checkout.ts'
import { filesHolding } from './testbed/files-holding.ts'
import { poetry } from './testbed/poetry.ts'
import { makeProject } from './testbed/project.ts'
import { run } from './testbed/run.ts'

const domain = 'my-domain'
const library = 'ca-sync-demo-lib'

/** The commands of the demo: why each is typed, and what it must print. */
const commands = [
  {
    why: 'One token for the domain, asked of AWS once and kept in the keyring, makes three repositories ready.',
    line: 'ca-sync',
    prints: /dev +ready/,
  },
  {
    why: 'What Poetry can do with each, and for how long. This asks nobody.',
    line: 'ca-sync status',
    prints: /dev .* yes/,
  },
  {
    why: 'Poetry finds the token by itself. The package is in one of the three only.',
    line: `poetry add ${library}`,
    prints: new RegExp(`Installing ${library} \\(1\\.2\\.3\\)`),
  },
  {
    why: 'Once more, from one repository by its name.',
    line: `poetry remove ${library}`,
    prints: new RegExp(`Removing ${library}`),
  },
  { line: `poetry add ${library} --source dev`, prints: new RegExp(`Installing ${library} \\(1\\.2\\.3\\)`) },
  {
    why: 'The other way: this project becomes a package, and goes to the repository qa.',
    line: 'poetry build',
    prints: /Built my_app-0\.1\.0/,
  },
  { line: 'poetry publish -r qa', prints: /Uploading my_app-0\.1\.0-py3-none-any\.whl 100%/ },
  {
    why: 'With fresh tokens there is nothing to do: this takes as long as a start of Node.',
    line: 'ca-sync',
    prints: /Nothing to do/,
  },
]

async function demo(): Promise<boolean> {
  const box = await openBox()
  const emulator = await startEmulator()
  try {
    emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const url = (repository: string) => emulator.repositoryUrl(domain, repository)
    const project = await makeProject(box, 'my-app', exampleProject({ url }))
    await mkdir(join(box.dir, 'bin'))
    await symlink(checkout('dist/main.cjs'), join(box.dir, 'bin/ca-sync'))
    const path = [join(box.dir, 'bin'), poetry('2.5').bin, box.env['PATH']].join(delimiter)
    const env = { ...box.env, ...emulator.env, PATH: path }
    say(`A project with three CodeArtifact sources in ${project}, and AWS credentials in the environment.`)
    for (const command of commands) if (!(await show(command, project, env))) return false
    return await noFileHolds(emulator.issuedTokens(), box.dir)
  } finally {
    await emulator.close()
    await box.close()
  }
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`)

interface Command {
  readonly why?: string
  readonly line: string
  readonly prints: RegExp
}

async function show({ why, line, prints }: Command, cwd: string, env: Record<string, string>): Promise<boolean> {
  say(`${why ? `\n# ${why}` : ''}\n$ ${line}`)
  const [command = '', ...words] = line.split(' ')
  const { code, stdout, stderr } = await run(command, words, { env, cwd, timeoutMs: 180_000 })
  const said = `${stdout}${stderr}`.replaceAll('\r', '').replace(/\n*$/, '')
  say(said)
  const worked = code === 0 && prints.test(said)
  if (!worked) say(`demo: failed: "${line}" ended with ${code} and did not print ${prints}`)
  return worked
}

/** Searches the home, the project, and the keyring's own file, which holds tokens encrypted. */
async function noFileHolds(tokens: readonly string[], folder: string): Promise<boolean> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const holding = await filesHolding(folder, tokens)
  const count = files.filter((file) => file.isFile()).length
  say(
    `\n# Where is the token now? Looked for it in all ${count} files of this home and project: ${holding.length} hold it.`,
  )
  for (const file of holding) say(`demo: failed: a token is in ${file}`)
  return holding.length === 0 && tokens.length > 0
}

const started = Date.now()
if (await demo()) {
  const seconds = Math.round((Date.now() - started) / 1000)
  say(`\ndemo: all of it worked, in ${seconds} s. To remove what it installed here: rm -rf node_modules .cache dist`)
} else process.exitCode = 1
