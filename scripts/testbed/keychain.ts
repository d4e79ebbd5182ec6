import { mkdir, rm } from 'node:fs/promises'
import type { Keyring, KeyringState } from './keyring.ts'
import { run } from './run.ts'

const PASSWORD = 'the password of the box'

/** macOS: a keychain in the box's own home, which `security` and the Keychain services find through HOME. */
export async function openKeychain(dir: string, env: Record<string, string>, state: KeyringState): Promise<Keyring> {
  const folder = `${env['HOME']}/Library/Keychains`
  const file = `${folder}/login.keychain-db`
  const security = async (...args: string[]) => {
    const { code, stderr } = await run('/usr/bin/security', args, { env })
    if (code !== 0) throw new Error(`security ${args[0]}: ${stderr}`)
  }
  const keychain: Keyring = {
    lock: () => security('lock-keychain', file),
    unlock: () => security('unlock-keychain', '-p', PASSWORD, file),
    stop: () => notHere('stop'),
    continue: () => notHere('continue'),
    items: async () => notHere('items'),
    close: () => rm(dir, { recursive: true, force: true }),
  }
  if (state !== 'unlocked' && state !== 'locked') return notHere(state)
  await mkdir(folder, { recursive: true })
  await mkdir(`${env['HOME']}/Library/Preferences`, { recursive: true }) // the default keychain is a preference
  await security('create-keychain', '-p', PASSWORD, file)
  await security('default-keychain', '-s', file)
  await security('list-keychains', '-s', file)
  await (state === 'locked' ? keychain.lock() : keychain.unlock())
  return keychain
}

function notHere(what: string): never {
  throw new Error(`a box on macOS has no \`${what}\``)
}
