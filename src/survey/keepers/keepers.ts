import type { Store } from '../../core/memory/state.ts'
import { handoverRequest } from '../../core/plan/kept.ts'
import type { Keeper, Kept, Obtained } from '../../core/ports/keeper.ts'
import type { HandoverSession } from '../../core/ports/poetry-python.ts'
import type { Machine } from '../../machine.ts'
import { execKeeper, fill, findIn } from './vault.ts'

type KeeperPart = 'keyring' | 'poetryFiles' | 'vault' | 'unlockedVault' | 'secrets' | 'warn' | 'progress'
type Parts = Pick<Machine, KeeperPart>

/** Poetry's auth.toml, for who asked for plain text: no vault, no keyring, and no Python of Poetry's. */
const plaintextKeeper = ({ poetryFiles, secrets }: Parts): Keeper => ({
  begin: async () => undefined,
  async find({ tokenKey, file }, { tokens }) {
    const record = tokens[tokenKey]
    if (file === undefined || record?.stamp === undefined) return undefined
    const secret = await poetryFiles.password(file, record.stamp)
    if (secret === undefined) return undefined
    secrets.add(secret)
    return { ...record, secret }
  },
  open: async () => ({
    async keep(obtained) {
      const passwords = obtained.flatMap(({ targets, token }) => targets.map(({ name }) => [name, token.secret]))
      return { failed: new Map(), confirmed: [], passwords: Object.fromEntries(passwords), vaulted: false }
    },
    close: () => undefined,
  }),
})

/** The keyring that Poetry reads, by its own Python, and a copy in ca-sync's vault: the token is given again without AWS. */
const keyringKeeper = (machine: Parts): Keeper => ({
  begin: async (isSoon) => (isSoon ? machine.vault.start() : undefined),
  find: findIn(machine.vault, machine),
  async open({ folder, python, unattended, session: started, tokenKey }) {
    const session = started ?? machine.keyring.open(python, [folder], unattended)
    try {
      if (started === undefined) await session.probe()
    } catch (error) {
      session.close()
      throw error
    }
    machine.vault.wake(tokenKey) // while AWS is asked
    return { keep: (obtained) => handOver(machine, session, obtained), close: () => session.close() }
  },
})

async function handOver(machine: Parts, session: HandoverSession, obtained: readonly Obtained[]): Promise<Kept> {
  machine.progress('Storing the token in your keyring…')
  const minted = obtained.filter((one) => one.minted)
  // It costs nothing but a new token some day.
  const [unkept] = (await Promise.all(minted.map((one) => fill(machine.vault, one)))).flatMap((error) => error ?? [])
  const request = { ...handoverRequest(obtained), new: minted.length === obtained.length }
  const { ready, failed } = await session.apply(request)
  const confirmed = obtained.flatMap(({ targets }) => targets).filter(({ name }) => ready.includes(name))
  if (unkept !== undefined && confirmed.length > 0)
    machine.warn(`Poetry has its token, but ca-sync could not keep a copy of its own: ${unkept.message}.`)
  return { failed, confirmed, passwords: {}, vaulted: unkept === undefined }
}

const keepers: Readonly<Record<Store, (machine: Parts) => Keeper>> = {
  keyring: keyringKeeper,
  plaintext: plaintextKeeper,
  exec: execKeeper,
}

export const keeperOf = (machine: Parts, store: Store): Keeper => keepers[store](machine)
