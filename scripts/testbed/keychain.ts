import { mkdir, rm } from 'node:fs/promises'
import type { Keyring, KeyringItem, KeyringState } from './keyring.ts'
import { run } from './run.ts'

const PASSWORD = 'the password of the box'

/** macOS: a keychain in the box's own home, which `security` and the Keychain services find through HOME. */
export async function openKeychain(dir: string, env: Record<string, string>, state: KeyringState): Promise<Keyring> {
  const folder = `${env['HOME']}/Library/Keychains`
  const file = `${folder}/login.keychain-db`
  const security = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('/usr/bin/security', args, { env })
    if (code !== 0) throw new Error(`security ${args[0]}: ${stderr}`)
    return stdout
  }
  const keychain: Keyring = {
    lock: async () => void (await security('lock-keychain', file)),
    unlock: async () => void (await security('unlock-keychain', '-p', PASSWORD, file)),
    stop: () => notHere('stop'),
    continue: () => notHere('continue'),
    items: async () => itemsIn(await security('dump-keychain', file)),
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

/**
 * What `security dump-keychain` prints, an item after each line `keychain: …`. Without the secrets: an item gives its secret to the program that
 * made it, and for another one macOS opens a window.
 */
export function itemsIn(dump: string): KeyringItem[] {
  return dump
    .split(/^keychain: .*$/m)
    .slice(1)
    .map((item) => {
      const field = (name: string) =>
        new RegExp(`^\\s*${name}\\s*<blob>=(?:0x[0-9A-F]+ +)?"(.*)"$`, 'm').exec(item)?.[1] ?? ''
      const attributes = { service: field('"svce"'), username: field('"acct"') }
      return { label: field('0x00000007'), attributes, secret: '' }
    })
}

function notHere(what: string): never {
  throw new Error(`a box on macOS has no \`${what}\``)
}
