import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type Env, place, separator } from '../../core/ports/full-path.ts'
import type { PoetryPython, PythonStart } from '../../core/ports/poetry-python.ts'
import { pathsOf } from '../../files/places.ts'
import { type Around, helperEnvironment } from '../../programs/environment.ts'
import { type Ran, runHelper, type Words } from '../../programs/start.ts'
import { pythonVariables } from '../python/environment.ts'
import hook from '../python/sitecustomize.py'

const askLimitMs = 15_000

/** A project of nobody's, for a Poetry that starts all the same. */
const emptyProject = '[tool.poetry]\nname = "nothing"\nversion = "0"\ndescription = ""\nauthors = []\n'

/** Where a script of a shell takes away the variable by which our hook is found. */
const hiding = /\bPYTHONPATH=|\benv\s+(?:-i|-|--ignore-environment)\s/g

/** The shell that a script is for. Nothing else is given to one: it would take another language's text for commands. */
const itsShell = /^#!\s*(?:\/\S*\/env\s+(?:-S\s+)?)?((?:\/\S*\/)?(?:ba|da|a|k|z)?sh)(?=\s)/

/**
 * Starts a launcher that cannot be read, outside any project: a hook in its Python tells what that is and ends it before Poetry is loaded.
 * @param text - the whole of it; empty where it is too long
 * @throws Error with what it said
 */
export async function askLauncher(
  program: string,
  text: string,
  asked: Around & { readonly projectDir: string },
): Promise<PoetryPython> {
  const { env, platform } = asked
  const { join } = pathsOf(platform)
  const temporary = place(env, platform === 'win32' ? 'TEMP' : 'TMPDIR', platform) ?? '/tmp'
  const folder = await mkdtemp(join(temporary, 'ca-sync-'))
  try {
    await writeFile(join(folder, 'sitecustomize.py'), hook)
    await writeFile(join(folder, 'pyproject.toml'), emptyProject)
    const own = pythonVariables(asked, [asked.projectDir])
    const paths = [folder, ...(own['PYTHONPATH'] === undefined ? [] : [own['PYTHONPATH']])]
    const variables = { ...own, PYTHONPATH: paths.join(separator(platform)) }
    const start = (words: Words) => runHelper(words, asked, { limitMs: askLimitMs, folder, variables })
    const told = () => readAnswer(join(folder, 'answer.json'), { ...helperEnvironment(asked), ...variables })
    const command = ['--no-plugins', 'debug', 'info']
    const ran = await start([program, ...command])
    const [, shell] = itsShell.exec(text) ?? []
    if (shell !== undefined && text.search(hiding) >= 0 && (await told()) === undefined)
      await start([shell, '-c', withHook(text, folder), program, ...command])
    const found = (await told()) ?? executableOf(ran)
    if (found === undefined)
      throw new Error(ran.isLate ? `it did not end within ${askLimitMs / 1000} s` : reasonOf(ran))
    return found
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const withHook = (text: string, folder: string): string =>
  text.replaceAll(hiding, (words) => (words.endsWith('=') ? `${words}'${folder}':` : `${words}PYTHONPATH='${folder}' `))

async function readAnswer(file: string, given: Env): Promise<PoetryPython | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { python, path, variables }: Omit<PythonStart, 'flags'> & { python: string } = JSON.parse(text)
  const own = Object.entries(variables).filter(([name, value]) => given[name] !== value)
  return { python, start: { flags: [], path, variables: Object.fromEntries(own) } }
}

/** What Poetry 2 says of itself, where no hook was let in (`python -I`). */
function executableOf({ stdout }: Ran): PoetryPython | undefined {
  const [own = ''] = stdout.toString('utf8').split('Virtualenv')
  const [, python] = /^Executable: +(\S.*)$/m.exec(own) ?? []
  return python === undefined ? undefined : { python }
}

const mostOfReason = 400

/** The lines that say why, of what a program wrote. */
export function reasonOf({ stderr, code }: Pick<Ran, 'stderr' | 'code'>): string {
  const lines = stderr.split(/\r?\n/).map((line) => line.trim())
  const reasons = lines.filter((line) => /error|\bnot?\b|trust/i.test(line)).slice(0, 3)
  const why = reasons.join(' ').replace(/\.$/, '') || lines.find((line) => line !== '')
  return why?.slice(0, mostOfReason) ?? `exit code ${code ?? 'unknown'}`
}
