import { handoverRequest } from '../../core/plan/handover.ts'
import type { Keeper, Kept, Obtained } from '../../core/ports/keeper.ts'
import type { HandoverSession } from '../../core/ports/poetry-keyring.ts'
import { tokenIn, tokenText } from '../../core/repository/token.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'

type Parts = Pick<Machine, 'keyring' | 'vault' | 'secrets' | 'warn' | 'progress'>

/** The keyring that Poetry reads, by its own Python, and a copy in ca-sync's vault: the token is given again without AWS. */
export const keyringKeeper = (machine: Parts): Keeper => ({
  async find({ tokenKey }, { tokens }) {
    const text = await machine.vault.read(tokenKey)
    const token = text === undefined ? undefined : tokenIn(text)
    if (token === undefined || token.issuedAt !== tokens[tokenKey]?.issuedAt) return undefined
    machine.secrets.add(token.secret)
    return token
  },
  async open({ folder, python, unattended, session: started }) {
    const session = started ?? machine.keyring.open(python, [folder], unattended)
    try {
      if (started === undefined) await session.probe()
    } catch (error) {
      session.close()
      throw error
    }
    return { keep: (obtained) => handOver(machine, session, obtained), close: () => session.close() }
  },
})

/** The vault first, then Poetry's keyring. */
async function handOver(machine: Parts, session: HandoverSession, obtained: readonly Obtained[]): Promise<Kept> {
  machine.progress('Storing the token in your keyring…')
  const unkept = await fillVault(machine, obtained)
  const { ready, failed } = await session.apply(handoverRequest(obtained))
  const confirmed = obtained.flatMap(({ targets }) => targets).filter(({ name }) => ready.includes(name))
  if (unkept !== undefined && confirmed.length > 0)
    machine.warn(`Poetry has its token, but ca-sync could not keep a copy of its own: ${unkept.message}.`)
  return { failed, confirmed, passwords: {}, vaulted: unkept === undefined }
}

/** Gives the failure, which costs nothing but a new token some day. */
async function fillVault({ vault }: Parts, obtained: readonly Obtained[]): Promise<CaSyncError | undefined> {
  const minted = obtained.filter((one) => one.minted)
  const results = await Promise.allSettled(minted.map(({ tokenKey, token }) => vault.write(tokenKey, tokenText(token))))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure === undefined || failure.reason instanceof CaSyncError) return failure?.reason
  throw failure.reason
}
