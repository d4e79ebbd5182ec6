import { chmod, mkdir, mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanEnv } from './clean-env.ts'
import { openKeychain } from './keychain.ts'
import type { KeyringItem, KeyringState } from './keyring.ts'
import { openSecretService } from './secret-service.ts'

/** A private home with its own session bus and keyring, for one test suite or one demo. */
export interface Box {
  /** The folder that holds all of it, TMPDIR too: searching it finds whatever a program left anywhere. */
  readonly dir: string
  readonly home: string
  /** The complete environment to run programs with. */
  readonly env: Readonly<Record<string, string>>
  lockKeyring(): Promise<void>
  unlockKeyring(): Promise<void>
  /** Stops the keyring's process (SIGSTOP): it accepts requests and never answers. */
  stopKeyring(): void
  continueKeyring(): void
  /** Every item of the keyring, read by Python's secretstorage. Throws when the keyring is locked, stopped or absent. */
  items(): Promise<KeyringItem[]>
  /** Ends the bus and the keyring and removes the folder. Safe twice; happens by itself when this process ends. */
  close(): Promise<void>
}

export interface BoxOptions {
  /** `unlocked` unless said. `no-service`: a bus without a keyring; `no-collection`: a keyring in which nobody made a collection yet. */
  readonly keyring?: KeyringState
}

/** Where a box can be: its sockets have paths of 100 characters at most, and in a bus's address most signs are escaped. */
const place = (): string => (/^[\w/.-]{1,60}$/.test(tmpdir()) ? tmpdir() : '/tmp')

export async function openBox({ keyring: state = 'unlocked' }: BoxOptions = {}): Promise<Box> {
  const dir = await realpath(await mkdtemp(join(place(), 'box-')))
  const home = join(dir, 'home')
  const folders = {
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_RUNTIME_DIR: join(dir, 'run'),
    TMPDIR: join(dir, 'tmp'),
  }
  for (const folder of [home, ...Object.values(folders)]) await mkdir(folder, { recursive: true })
  await chmod(folders.XDG_RUNTIME_DIR, 0o700)

  const env: Record<string, string> = { ...cleanEnv(process.env, home, process.execPath), ...folders }
  if (state !== 'no-bus') env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${folders.XDG_RUNTIME_DIR}/bus`
  const open = process.platform === 'darwin' ? openKeychain : openSecretService
  const keyring = await open(dir, env, state)
  let closed: Promise<void> | undefined
  return {
    dir,
    home,
    env,
    lockKeyring: keyring.lock,
    unlockKeyring: keyring.unlock,
    stopKeyring: keyring.stop,
    continueKeyring: keyring.continue,
    items: keyring.items,
    close: () => {
      closed ??= keyring.close()
      return closed
    },
  }
}
