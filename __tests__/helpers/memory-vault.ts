import type { Vault } from '../../src/core/ports/vault.ts'

/** A vault in memory, for commands under test. `items` is what it holds. */
export function memoryVault(items = new Map<string, string>()): Vault & { items: Map<string, string>; close(): void } {
  return {
    items,
    read: async (account) => items.get(account),
    write: async (account, secret) => void items.set(account, secret),
    remove: async (account) => void items.delete(account),
    close: () => undefined,
  }
}
