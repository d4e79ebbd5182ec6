import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { checkout } from './checkout.ts'
import type { Keyring, KeyringItem, KeyringState } from './keyring.ts'
import { poetry } from './poetry.ts'
import { run } from './run.ts'

const PASSWORD = 'the password of the box'

const READ_ITEMS = `
import json, secretstorage
bus = secretstorage.dbus_init()
items = [item for collection in secretstorage.get_all_collections(bus) for item in collection.get_all_items()]
print(json.dumps([{"label": i.get_label(), "attributes": i.get_attributes(), "secret": i.get_secret().decode()} for i in items]))
`

/** Linux: a real gnome-keyring on a session bus of its own (scripts/testbed/session.sh). */
export async function openSecretService(
  dir: string,
  env: Record<string, string>,
  state: KeyringState,
): Promise<Keyring> {
  const kind = state === 'locked' ? 'unlocked' : state
  const session = spawn(checkout('scripts/testbed/session.sh'), [dir, kind], {
    env: { ...env, BOX_PASSWORD: PASSWORD },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C must not end the keyring before those who use it
  })
  const pid = await readyPid(session.stdout)
  const ended = once(session, 'exit')

  const signal = (name: NodeJS.Signals) => {
    if (pid === undefined) throw new Error(`a box with ${state} has no keyring process`)
    process.kill(pid, name)
  }
  const keyring: Keyring = {
    lock: () => lock(env),
    unlock: () => unlock(`${env['XDG_RUNTIME_DIR']}/keyring/control`),
    stop: () => signal('SIGSTOP'),
    continue: () => signal('SIGCONT'),
    items: () => readItems(env),
    close: async () => {
      session.stdin.end()
      await ended
    },
  }
  if (state === 'locked') await keyring.lock()
  return keyring
}

/** Waits for the session's one line: `ready`, and the keyring's pid if it has one. */
async function readyPid(stdout: Readable): Promise<number | undefined> {
  const [line] = await Promise.race([once(stdout, 'data'), once(stdout, 'end')])
  if (line === undefined) throw new Error('the keyring of the box did not start: see the lines above')
  return Number(/^ready (\d+)/.exec(String(line))?.[1]) || undefined
}

async function lock(env: Record<string, string>): Promise<void> {
  const service = ['--dest=org.freedesktop.secrets', '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock']
  const args = ['--session', '--print-reply', ...service, 'array:objpath:/org/freedesktop/secrets/collection/login']
  const { code, stderr } = await run('dbus-send', args, { env })
  if (code !== 0) throw new Error(`the keyring could not be locked: ${stderr}`)
}

/** gnome-keyring's control protocol, as pam_gnome_keyring speaks it: the only way to unlock without a prompt. */
async function unlock(controlSocket: string): Promise<void> {
  const UNLOCK = 1
  const password = Buffer.from(PASSWORD)
  const request = Buffer.alloc(13) // one byte for the credentials, then the length, the operation, the password's length
  request.writeUInt32BE(12 + password.length, 1)
  request.writeUInt32BE(UNLOCK, 5)
  request.writeUInt32BE(password.length, 9)
  const socket = createConnection(controlSocket)
  socket.end(Buffer.concat([request, password]))
  const reply = await buffer(socket)
  if (reply.length !== 8 || reply.readUInt32BE(4) !== 0) throw new Error('the keyring could not be unlocked')
}

async function readItems(env: Record<string, string>): Promise<KeyringItem[]> {
  const { code, stdout, stderr } = await run(poetry('2.5').python, ['-I', '-c', READ_ITEMS], { env })
  if (code !== 0) throw new Error(`the keyring's items could not be read: ${stderr}`)
  return JSON.parse(stdout)
}
