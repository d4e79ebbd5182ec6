/** ca-sync's own keyring items (the vault). Every method throws CaSyncError with code VAULT_FAILED. */
export interface Vault {
  /** Starts what is slow to start, for calls that are sure to come; it touches no keyring. */
  start(): void
  /** The stored secret, or undefined when there is none (a locked keyring looks the same). */
  read(account: string): Promise<string | undefined>
  write(account: string, secret: string): Promise<void>
  /** Removing what is not there succeeds. */
  remove(account: string): Promise<void>
}
