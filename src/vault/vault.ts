import type { Vault } from '../core/ports/keeper.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { orElse } from '../core/words/or-else.ts'
import type { Around } from '../programs/environment.ts'
import { gone, refused, silent } from './failure.ts'
import { guard, usesLibsecret } from './guard.ts'
import { type Helper, startHelper } from './helper.ts'
import type { VaultRequest } from './protocol.ts'

export interface VaultOptions extends Around {
  readonly node: string
  readonly script: string
  /** The child starts only while the keyring can be used without a prompt, where that can be asked: see `guard`. */
  readonly onlyOpen?: boolean
  readonly unattended?: boolean
  /** The longest that one call may take: 5,000 unless said. */
  readonly limitMs?: number
  /** The longest that all calls together may take: 15,000 unless said. When it is spent, every further call fails at once. */
  readonly budgetMs?: number
}

/**
 * ca-sync's own keyring items, through keytar in a child process that starts at the first call, or before, and is killed when it does not answer.
 * `close` ends the child; without it the child ends with this process.
 * libsecret has no error for reading or removing while the keyring is locked: the one gives undefined, the other does nothing.
 */
export function openVault(options: VaultOptions): Vault & { close(): void } {
  const { node, script, platform, onlyOpen = false, unattended = false, limitMs = 5_000, budgetMs = 15_000 } = options
  let helper: Helper | undefined
  let left = budgetMs
  let last: Promise<unknown> = Promise.resolve()

  const start = (): Helper => {
    helper ??= startHelper([node, script], options, onlyOpen ? guard(platform) : '')
    return helper
  }
  const close = () => {
    helper?.kill()
    helper = undefined
  }
  const ask = async (request: VaultRequest) => {
    if (left <= 0) throw silent(budgetMs)
    const started = performance.now()
    try {
      return await start().ask(request, Math.min(limitMs, left))
    } catch (error) {
      close() // silent or gone: the next call gets a new one
      throw error instanceof CaSyncError ? error : gone((error as Error).message)
    } finally {
      left -= performance.now() - started
    }
  }
  // One after another, so that each call's limit counts from its own start and the budget counts no second twice.
  const call = async (request: VaultRequest): Promise<string | undefined> => {
    const mine = last.then(() => ask(request))
    last = mine.catch(() => undefined)
    const reply = await mine
    if ('error' in reply) throw refused(reply.error)
    return reply.secret ?? undefined
  }
  // For an item of another program's, such as the Node of before an upgrade, macOS opens a window, which a job must not.
  const asksForAll = unattended && platform === 'darwin'
  const own = new Set<string>()
  // libsecret opens its session for the first secret that it gives; a Mac would ask for an item of another Node's by a window.
  const first = (account: string) => (usesLibsecret(platform) ? account : 'is it open?')
  return {
    start: () => void orElse(start, undefined), // the first call says why
    wake: (account) => void call({ verb: 'read', account: first(account) }).catch(() => undefined),
    read: async (account) => (asksForAll && !own.has(account) ? undefined : call({ verb: 'read', account })),
    async write(account, secret) {
      await call({ verb: 'write', account, secret })
      own.add(account)
    },
    remove: async (account) => void (await call({ verb: 'remove', account })),
    close,
  }
}
