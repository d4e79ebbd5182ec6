// Needs a Mac or Windows whose keyring may be written: a CI's machine.
import process from 'node:process'
import { afterAll, beforeAll, jest } from '@jest/globals'
import { openVault } from '../../src/vault/vault.ts'
import { buildVaultChild } from '../helpers/build-vault.ts'
import { vaultContract } from '../vault/contract.ts'

jest.setTimeout(120_000)

// The Keychain, or the Credential Manager, of whoever runs this.
let child: Awaited<ReturnType<typeof buildVaultChild>>
let vault: ReturnType<typeof openVault>
beforeAll(async () => {
  child = await buildVaultChild()
  const { execPath: node, env, platform } = process
  const limits = { limitMs: 30_000, budgetMs: 120_000 }
  vault = openVault({ node, script: child.script, env, platform, uid: process.getuid?.(), ...limits })
})
afterAll(async () => {
  vault.close()
  await child.remove()
})

vaultContract(() => vault)
