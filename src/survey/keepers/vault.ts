import type { Keeper, Kept, Obtained, Vault } from '../../core/ports/keeper.ts'
import { tokenIn, tokenText } from '../../core/repository/token.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'

/** How a vault gives the token that the state knows. */
export const findIn =
  (vault: Vault, { secrets }: Pick<Machine, 'secrets'>): Keeper['find'] =>
  async ({ tokenKey }, { tokens }) => {
    const text = await vault.read(tokenKey)
    const token = text === undefined ? undefined : tokenIn(text)
    if (token === undefined || token.issuedAt !== tokens[tokenKey]?.issuedAt) return undefined
    secrets.add(token.secret)
    return token
  }

export async function fill(vault: Vault, { tokenKey, token }: Obtained): Promise<CaSyncError | undefined> {
  return (await caught(() => vault.write(tokenKey, tokenText(token)))) ?? undefined
}

/** Of the vault whose token is the only one. */
const unkept = (cause: CaSyncError): CaSyncError =>
  new CaSyncError(cause.code, `The token cannot be kept: ${cause.message}.`, {
    hint: `To keep it: ${cause.hint}.\nWithout a keyring, type: ca-sync exec -- poetry …   (it then asks AWS each time)`,
    cause,
  })

/** Gives why the vault does not give back exactly this token. */
async function whyRefused(vault: Vault, one: Obtained): Promise<CaSyncError | undefined> {
  const refused = one.minted ? await fill(vault, one) : undefined
  const found = refused ?? (await caught(() => vault.read(one.tokenKey)))
  if (found instanceof CaSyncError) return unkept(found)
  return tokenIn(found ?? '')?.secret === one.token.secret ? undefined : unkept(notGivenBack())
}

const notGivenBack = (): CaSyncError =>
  new CaSyncError('VAULT_FAILED', 'the keyring took the token but does not give it back', {
    hint: 'run ca-sync again; if it stays so, ca-sync doctor checks the keyring step by step',
  })

/** Puts tokens into the vault, and looks whether it gives them back. */
export async function store(vault: Vault, obtained: readonly Obtained[]): Promise<Kept> {
  const refusals = await Promise.all(obtained.map((one) => whyRefused(vault, one)))
  const failed = obtained.flatMap(({ targets }, at) =>
    targets.flatMap(({ name }) => {
      const error = refusals[at]
      return error === undefined ? [] : [[name, error] as const]
    }),
  )
  return {
    failed: new Map(failed),
    confirmed: obtained.flatMap(({ targets }, at) => (refusals[at] === undefined ? targets : [])),
    passwords: {},
    vaulted: failed.length === 0,
  }
}

/** ca-sync's own vault alone, out of which `exec` serves Poetry: no Python of Poetry's, and no keyring that it could read. */
export function execKeeper(machine: Pick<Machine, 'secrets' | 'progress' | 'unlockedVault'>): Keeper {
  async function begin(): Promise<void> {
    const probe = await caught(() => machine.unlockedVault.read('is it open?'))
    if (probe instanceof CaSyncError) throw unkept(probe)
  }
  return {
    begin,
    find: findIn(machine.unlockedVault, machine),
    async open() {
      await begin()
      return {
        keep(obtained) {
          machine.progress('Storing the token in your keyring…')
          return store(machine.unlockedVault, obtained)
        },
        close: () => undefined,
      }
    },
  }
}
