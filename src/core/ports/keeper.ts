import type { State } from '../memory/state.ts'
import type { Handed } from '../plan/kept.ts'
import type { Target } from '../plan/target.ts'
import type { Token } from '../repository/token.ts'
import type { CaSyncError } from '../words/errors.ts'
import type { HandoverSession, PoetryPython } from './poetry-python.ts'

/** A token for a run, found where it lives or asked of AWS. */
export interface Obtained extends Handed {
  /** It is new: nothing has it yet. */
  readonly minted: boolean
}

interface Handing {
  /** The project's folder: nothing is imported from it. */
  readonly folder: string
  /** The interpreter of its Poetry; empty where there is none, which only the keyring minds. */
  readonly python: PoetryPython
  readonly unattended: boolean
  /** Poetry's Python, probed, where it was started beside the AWS calls. */
  readonly session: HandoverSession | undefined
  /** One of the tokens to come. */
  readonly tokenKey: string
}

export interface Kept {
  /** Why a source's token is not where Poetry gets it from, by source name: the source is not ready. */
  readonly failed: ReadonlyMap<string, CaSyncError>
  /** Whose keyring entries were seen to give exactly the token, asked as Poetry asks. */
  readonly confirmed: readonly Target[]
  /** By source name, the passwords that auth.toml is to get: it is written once, with all else that goes there. */
  readonly passwords: Readonly<Record<string, string>>
  readonly vaulted: boolean
}

export interface Hand {
  /** Takes tokens that the state names as ours already, and looks whether they are there. It may be done again, and be killed anywhere. */
  keep(obtained: readonly Obtained[]): Promise<Kept>
  /** Ends what was started. Safe at any time, and twice. */
  close(): void
}

/** A place where tokens live, one for each `Store`. What is special about it by rules alone, without asking anybody: `StoreRules`. */
export interface Keeper {
  /**
   * Tokens will come: starts what is slow to start, and asks nobody anything. Fails where it is seen already that `open` would.
   * @param isSoon - one is looked for; else all are asked of AWS, and there is time while that answers
   */
  begin(isSoon: boolean): Promise<void>
  /**
   * The token that the state knows, if it is there; undefined for none, or another one. It becomes a secret of the run.
   * Throws CaSyncError VAULT_FAILED, which a new token makes good, and POETRY_FILE_INVALID.
   */
  find(target: Pick<Target, 'tokenKey' | 'file'>, state: State): Promise<Token | undefined>
  /**
   * Called before AWS is asked for a token: none is minted that cannot be kept.
   * Throws CaSyncError KEYRING_*, POETRY_BROKEN where the place takes none.
   */
  open(handing: Handing): Promise<Hand>
}

/** ca-sync's own keyring items (the vault). Every method throws CaSyncError with code VAULT_FAILED. */
export interface Vault {
  /** Starts what is slow to start, for calls that are sure to come; it touches no keyring. */
  start(): void
  /** The keyring is open, and calls will come: what its first one takes longer for is done while something else is waited for. @param account - one that may be there */
  wake(account: string): void
  /** The stored secret, or undefined when there is none (a locked keyring looks the same). */
  read(account: string): Promise<string | undefined>
  write(account: string, secret: string): Promise<void>
  /** Removing what is not there succeeds. */
  remove(account: string): Promise<void>
}
