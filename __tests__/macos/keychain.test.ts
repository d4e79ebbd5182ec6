// Needs a Mac: a CI's machine.
import process from 'node:process'
import { afterAll, beforeAll, describe, jest } from '@jest/globals'
import { type Box, openBox } from '../../scripts/testbed/box.ts'
import { run } from '../../scripts/testbed/run.ts'
import { openVault } from '../../src/vault/vault.ts'
import { buildVaultChild } from '../helpers/build-vault.ts'
import { handoverContract, type KeyringAtHand } from '../poetry/keyring/contract.ts'
import { handover, keyring } from '../poetry/keyring/handover-helpers.ts'
import { vaultContract } from '../vault/contract.ts'

jest.setTimeout(120_000)

// A keychain of its own, which is the default one for whoever has the home of the box.
let box: Box
beforeAll(async () => {
  box = await openBox()
})
afterAll(() => box.close())

describe('the vault, in the Keychain', () => {
  let child: Awaited<ReturnType<typeof buildVaultChild>>
  let vault: ReturnType<typeof openVault>
  beforeAll(async () => {
    child = await buildVaultChild()
    const { execPath: node, platform } = process
    const limits = { limitMs: 30_000, budgetMs: 120_000 }
    vault = openVault({ node, script: child.script, env: box.env, platform, uid: process.getuid?.(), ...limits })
  })
  afterAll(async () => {
    vault.close()
    await child.remove()
  })
  vaultContract(() => vault)
})

describe('the handover, to the Keychain', () => {
  const entries = async () => (await box.items()).map(({ attributes }) => attributes)
  const atHand = (): KeyringAtHand => ({
    open: () => handover(box),
    get: (service) => keyring(box, ['get', service, 'aws']),
    async set(...all) {
      for (const [service, user, secret] of all) await keyring(box, ['set', service, user], secret)
    },
    entries: async () => (await entries()).map(({ username, service }) => `${username} ${service}`),
    async clear() {
      for (const { service = '', username = '' } of await entries())
        await run('/usr/bin/security', ['delete-generic-password', '-s', service, '-a', username], { env: box.env })
    },
  })
  handoverContract(atHand, { backend: /^keyring\.backends\.macOS\.Keyring$/, poetry: /^2\.5\./ })
})
