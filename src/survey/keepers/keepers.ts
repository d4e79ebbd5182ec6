import type { Store } from '../../core/memory/state.ts'
import type { Keeper } from '../../core/ports/keeper.ts'
import type { Machine } from '../../machine.ts'
import { keyringKeeper } from './keyring.ts'
import { plaintextKeeper } from './plaintext.ts'
import { execKeeper } from './vault.ts'

type KeeperParts = Pick<
  Machine,
  'keyring' | 'poetryFiles' | 'vault' | 'unlockedVault' | 'secrets' | 'warn' | 'progress'
>

const keepers: Readonly<Record<Store, (machine: KeeperParts) => Keeper>> = {
  keyring: keyringKeeper,
  plaintext: plaintextKeeper,
  exec: execKeeper,
}

export const keeperOf = (machine: KeeperParts, store: Store): Keeper => keepers[store](machine)
