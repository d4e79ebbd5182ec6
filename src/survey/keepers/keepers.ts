import type { Store } from '../../core/memory/keeping.ts'
import type { Keeper } from '../../core/ports/keeper.ts'
import type { Machine } from '../../machine.ts'
import { keyringKeeper } from './keyring.ts'
import { plaintextKeeper } from './plaintext.ts'
import { execKeeper } from './vault.ts'

const keepers: Readonly<Record<Store, (machine: Machine) => Keeper>> = {
  keyring: keyringKeeper,
  plaintext: plaintextKeeper,
  exec: execKeeper,
}

export const keeperOf = (machine: Machine, store: Store): Keeper => keepers[store](machine)
