import type { Around } from '../programs/environment.ts'
import { within } from '../programs/limit.ts'
import { onLine } from '../programs/lines.ts'
import { spawnHelper, type Words } from '../programs/start.ts'
import { garbled, gone, silent } from './failure.ts'
import type { Reply, VaultRequest } from './protocol.ts'

/** One running child. It ends with the program, however that ends. */
export type Helper = ReturnType<typeof startHelper>

/** @param condition - see `guard` */
export function startHelper(words: Words, around: Around, condition: string) {
  const child = spawnHelper(words, around, { condition })
  child.stderr.resume()
  let take: (line: string) => void = () => undefined
  onLine(child.stdout, (line) => take(line))
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  child.stdin.on('error', () => undefined) // it has gone; `ended` says how

  const answer = async (request: VaultRequest): Promise<Reply> => {
    const reply = new Promise<string>((resolve) => {
      take = resolve
    })
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const end = ended.then((how) => Promise.reject(gone(how)))
    return parseReply(await Promise.race([reply, end]))
  }
  return {
    /** One at a time. Throws CaSyncError VAULT_FAILED when the child has gone, or gives no answer in time. */
    ask(request: VaultRequest, limitMs: number): Promise<Reply> {
      const late = () => silent(limitMs)
      return within(limitMs, () => answer(request), late)
    },
    kill: () => child.kill('SIGKILL'),
  }
}

/** @throws CaSyncError VAULT_FAILED for a line that is not one of the child's own: a library may print what it likes. */
function parseReply(line: string): Reply {
  try {
    const reply: unknown = JSON.parse(line)
    if (typeof reply === 'object' && reply !== null && ('secret' in reply || 'error' in reply)) return reply as Reply
  } catch {
    // as below
  }
  throw garbled()
}
