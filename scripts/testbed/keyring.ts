export type KeyringState = 'unlocked' | 'locked' | 'no-collection' | 'no-service' | 'no-bus'

/** An item of the box's keyring, read without any code of ca-sync. */
export interface KeyringItem {
  readonly label: string
  readonly attributes: Readonly<Record<string, string>>
  /** Empty on macOS. */
  readonly secret: string
}

/** The keyring of one box. */
export interface Keyring {
  lock(): Promise<void>
  unlock(): Promise<void>
  /** Stops the keyring's process (SIGSTOP): it accepts requests and never answers. */
  stop(): void
  continue(): void
  /** Every item of every collection. Throws when the keyring is locked or absent. */
  items(): Promise<KeyringItem[]>
  /** Ends it and removes the folder of the box. */
  close(): Promise<void>
}
