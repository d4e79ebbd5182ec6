import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type PoetryLine, poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import type { Stage } from './stage.ts'

interface Install {
  readonly line?: PoetryLine
  /** A folder to import from before all else. */
  readonly first?: string
}

/** Installs a real Poetry the way installers do, a venv of its own in `folder`, but with the packages of the test's, pip among them; gives its program. */
export async function installPoetry(
  { box }: Stage,
  folder: string,
  { line = '2.5', first }: Install = {},
): Promise<string> {
  const { python } = poetry(line)
  await run(python, ['-m', 'venv', '--without-pip', folder], { env: box.env })
  const packages = [first, await sitePackages(dirname(dirname(python)))].filter((path) => path !== undefined)
  await writeFile(join(await sitePackages(folder), 'packages.pth'), packages.join('\n'))
  const main = 'import sys\nfrom poetry.console.application import main\nsys.exit(main())\n'
  return writeProgram(join(folder, 'bin/poetry'), `${firstLines(join(folder, 'bin/python'))}${main}`)
}

/** As pip writes them: the kernel splits a first line at spaces, so that with such a path it is the shell's. */
const firstLines = (python: string): string =>
  python.includes(' ') ? `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\n` : `#!${python}\n`

async function sitePackages(venv: string): Promise<string> {
  const [version = ''] = await readdir(join(venv, 'lib'))
  return join(venv, 'lib', version, 'site-packages')
}

export async function writeProgram(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

export async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await symlink(target, path)
}

/** PATH without any Poetry, and what is to come first on it. */
export const pathOf = ({ box, env }: Stage, ...first: readonly string[]): string =>
  [...first, (env['PATH'] ?? '').split(':')[0], box.env['PATH']].join(':')
