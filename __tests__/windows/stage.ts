import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { win32 } from 'node:path'
import process from 'node:process'
import { type Emulator, startEmulator } from '../../scripts/emulator/emulator.ts'
import type { EmulatorOptions } from '../../scripts/emulator/options.ts'
import { exampleProject } from '../../scripts/example-project.ts'
import { type Credential, credentials } from '../../scripts/windows/credentials.ts'
import { openWindows } from '../../scripts/windows/machine.ts'
import type { WindowsCall, WindowsMachine, WindowsResult } from '../../scripts/windows/run.ts'

type Call = Partial<Omit<WindowsCall, 'words'>>

/** A Windows machine with an emulator of AWS, Poetry on PATH, the built program and one project. Paths are Windows'. */
export interface WindowsStage {
  readonly machine: WindowsMachine
  readonly emulator: Emulator
  readonly env: WindowsCall['env']
  readonly project: string
  /** The state folder. */
  readonly state: string
  /** The host that keyring entries are under. */
  readonly host: string
  run(words: WindowsCall['words'], call?: Call): Promise<WindowsResult>
  caSync(words: readonly string[], call?: Call): Promise<WindowsResult>
  poetry(words: readonly string[], call?: Call): Promise<WindowsResult>
  python(code: string, ...words: readonly string[]): Promise<WindowsResult>
  /** Makes a project and gives its folder. */
  makeProject(folder: string, pyproject: string): Promise<string>
  read(path: string): Promise<string>
  write(path: string, content: string | Buffer): Promise<void>
  /** What the Credential Manager holds. */
  credentials(): Promise<readonly Credential[]>
  close(): Promise<void>
}

/**
 * What ca-sync says when Python's keyring or the vault, which take seconds to load under wine, is not there in time: as an error, or of the
 * vault alone as a warning. A keyring that hangs says it each time. On Windows itself nothing is tried again.
 */
const tries = process.platform === 'win32' ? 1 : 3
const tooSlow = /keyring did not answer (?:with)?in \d+ s/

export const library = 'ca-sync-demo-lib'

export async function openWindowsStage(options: EmulatorOptions = {}): Promise<WindowsStage> {
  const machine = await openWindows()
  // A role's tokens do not fit; what does is a user's.
  const emulator = await startEmulator({ tokenLength: 1_200, ...options })
  const url = emulator.repositoryUrl('my-domain', 'dev')
  const path = [machine.scripts, win32.dirname(machine.node), machine.env['PATH'] ?? machine.env['Path']].join(';')
  const given = Object.entries(machine.env).filter(([name]) => !/^(?:AWS_|CA_SYNC_|NODE_|PATH$)/i.test(name))
  const env = { ...Object.fromEntries(given), ...emulator.env, ...machine.settings, PATH: path }
  const write = async (at: string, content: string | Buffer) => {
    await mkdir(machine.local(win32.dirname(at)), { recursive: true })
    await writeFile(machine.local(at), content)
  }
  const makeProject = async (folder: string, pyproject: string) => {
    await write(win32.join(folder, 'pyproject.toml'), pyproject)
    await write(win32.join(folder, 'my_app', '__init__.py'), '')
    return folder
  }
  const project = await makeProject(win32.join(machine.home, 'my projects', 'Müller 日本'), exampleProject({ url }))
  const run = (words: WindowsCall['words'], call: Call = {}) => {
    const ran = machine.run({ words, env, cwd: project, timeoutMs: 240_000, ...call })
    ran.catch(() => undefined) // whoever asks for it is told; a test may have ended by another's failure
    return ran
  }
  const main = win32.join(machine.checkout, 'dist', 'main.cjs')
  const caSync = async (words: readonly string[], call?: Call) => {
    for (let left = tries - 1; ; left -= 1) {
      const ran = await run([machine.node, main, ...words], call)
      if (left === 0 || !tooSlow.test(ran.stderr)) return ran
      emulator.clearCalls()
      process.stderr.write(`the machine is busy, \`ca-sync ${words.join(' ')}\` is run again: ${ran.stderr}`)
    }
  }
  const python = (code: string, ...words: readonly string[]) => run([machine.python, '-c', code, ...words])
  return {
    ...{ machine, emulator, env, project, run, caSync, python, makeProject, write },
    state: win32.join(machine.env['LOCALAPPDATA'] ?? '', 'ca-sync'),
    host: new URL(url).host,
    poetry: (words, call) => run([win32.join(machine.scripts, 'poetry.exe'), ...words], call),
    read: (at) => readFile(machine.local(at), 'utf8'),
    credentials: () => credentials(python),
    async close() {
      await emulator.close()
      await machine.close()
    },
  }
}
