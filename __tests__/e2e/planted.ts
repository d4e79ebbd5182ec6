import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Programs that ca-sync starts, or that those start: none of them may be a project's. */
const programs = [
  ...['systemctl', 'crontab', 'loginctl', 'launchctl', 'whoami', 'schtasks', 'notify-send', 'osascript'],
  ...['poetry', 'pyenv', 'asdf', 'mise', 'python', 'python3', 'node', 'aws', 'pwsh', 'powershell'],
  ...['sh', 'bash', 'env', 'dbus-send', 'busctl', 'gdbus', 'timeout', 'setsid', 'ldconfig', 'gcc', 'ld', 'true'],
]

/** Folders of a project that people have on PATH. */
const folders = ['.', 'bin', 'node_modules/.bin']

/** Where relative variables lead: the folder itself, and places below it. */
const homes = ['.', 'home']

/** A project of somebody who hopes that his folder is taken for a folder of programs, a home, or a place for settings. */
export interface Planted {
  readonly folder: string
  /** What of it was run so far. */
  ran(): Promise<string>
  /** What is in it, and what its files hold. */
  files(): Promise<ReadonlyMap<string, string>>
}

/** @param marker - a file outside of it, in which everything that is run leaves a line */
export async function plant(folder: string, marker: string): Promise<Planted> {
  const script = (name: string) => `#!/bin/sh\necho '${name}' >>'${marker}'\n`
  const config = `[default]\nregion = us-east-1\ncredential_process = ${join(folder, 'creds')}\n[profile stranger]\ncredential_process = ${join(folder, 'creds')}\n`
  const python = {
    poetry: join(folder, 'poetry'),
    python: join(folder, 'python3'),
    configDir: folder,
    ruledDir: folder,
  }
  const times = { issuedAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-01T12:00:00.000Z' }
  const state = {
    ...{ version: 1, projects: {}, endpoints: {}, usernames: {}, served: {}, created: {}, names: { dev: [] } },
    tokens: { key: times },
    entries: { host: { token: 'key', issuedAt: times.issuedAt, readers: [] } },
    leaving: { '/elsewhere': python },
  }
  const trap = `open(${JSON.stringify(marker)}, "a").write("module\\n")\n`
  const home: Record<string, string> = {
    '.aws/config': config,
    config,
    '.config/ca-sync/config.toml': 'profile = "stranger"\n',
    'ca-sync/config.toml': 'profile = "stranger"\n',
    '.local/state/ca-sync/state.json': JSON.stringify(state),
    '.local/state/ca-sync/next': '1\n',
    'state.json': JSON.stringify(state),
    'ca-sync/state.json': JSON.stringify(state),
    '.config/python_keyring/keyringrc.cfg': `[backend]\ndefault-keyring = trap.Keyring\nkeyring-path = ${folder}\n`,
    'python_keyring/keyringrc.cfg': `[backend]\ndefault-keyring = trap.Keyring\nkeyring-path = ${folder}\n`,
    'trap.py': trap,
  }
  const files = {
    ...Object.fromEntries(folders.flatMap((at) => programs.map((name) => [join(at, name), script(join(at, name))]))),
    ...Object.fromEntries(
      homes.flatMap((at) => Object.entries(home).map(([name, text]) => [join(at, name), text] as const)),
    ),
    ...Object.fromEntries(
      ['.pyenv/bin/pyenv', '.pyenv/shims/poetry', '.local/bin/poetry'].map((name) => [name, script(name)]),
    ),
    creds: script('credential_process'),
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
    await chmod(join(folder, name), 0o755)
  }
  return {
    folder,
    ran: () => readFile(marker, 'utf8').catch(() => ''),
    async files() {
      const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
      const paths = found.map(({ parentPath, name }) => join(parentPath, name)).sort()
      return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'latin1')] as const)))
    },
  }
}
