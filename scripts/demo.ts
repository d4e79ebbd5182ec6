import { mkdir, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { startEmulator } from './emulator/emulator.ts'
import { exampleProject } from './example-project.ts'
import { openBox } from './testbed/box.ts'
import { checkout } from './testbed/checkout.ts'
import { poetry } from './testbed/poetry.ts'
import { makeProject } from './testbed/project.ts'
import { run } from './testbed/run.ts'

const domain = 'my-domain'
const library = 'ca-sync-demo-lib'

/** The commands of the demo, and what each must print. */
const commands = [
  { line: 'ca-sync', prints: /dev +ready/ },
  { line: 'ca-sync status', prints: /dev .* yes/ },
  { line: `poetry add ${library}`, prints: new RegExp(`Installing ${library} \\(1\\.2\\.3\\)`) },
  { line: `poetry remove ${library}`, prints: new RegExp(`Removing ${library}`) },
  { line: `poetry add ${library} --source dev`, prints: new RegExp(`Installing ${library} \\(1\\.2\\.3\\)`) },
  { line: 'poetry build', prints: /Built my_app-0\.1\.0/ },
  { line: 'poetry publish -r dev', prints: /Uploading my_app-0\.1\.0-py3-none-any\.whl 100%/ },
  { line: 'ca-sync', prints: /Nothing to do/ },
]

async function demo(): Promise<boolean> {
  const box = await openBox()
  const emulator = await startEmulator()
  try {
    emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const url = emulator.repositoryUrl(domain, 'dev')
    const project = await makeProject(box, 'my-app', exampleProject({ url }))
    await mkdir(join(box.dir, 'bin'))
    await symlink(checkout('dist/main.cjs'), join(box.dir, 'bin/ca-sync'))
    const path = [join(box.dir, 'bin'), poetry('2.5').bin, box.env['PATH']].join(delimiter)
    const env = { ...box.env, ...emulator.env, PATH: path }
    process.stdout.write(
      `A project with three CodeArtifact sources in ${project}, and AWS credentials in the environment.\n`,
    )
    for (const { line, prints } of commands) if (!(await show(line, prints, project, env))) return false
    return true
  } finally {
    await emulator.close()
    await box.close()
  }
}

async function show(line: string, prints: RegExp, cwd: string, env: Record<string, string>): Promise<boolean> {
  process.stdout.write(`\n$ ${line}\n`)
  const [command = '', ...words] = line.split(' ')
  const { code, stdout, stderr } = await run(command, words, { env, cwd, timeoutMs: 180_000 })
  const said = `${stdout}${stderr}`.replaceAll('\r', '').replace(/\n*$/, '\n')
  process.stdout.write(said)
  const worked = code === 0 && prints.test(said)
  if (!worked) process.stdout.write(`demo: failed: "${line}" ended with ${code} and did not print ${prints}\n`)
  return worked
}

if (await demo()) process.stdout.write('\ndemo: all of it worked\n')
else process.exitCode = 1
