import { sudoUser } from '../core/ports/host.ts'
import { CaSyncError, type ErrorCode } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'

/** @param about - what `--all` is about @throws CaSyncError USAGE */
export function refuseBoth(args: Record<'all' | 'project' | 'source', unknown>, about: string, hint: string): void {
  if (!args.all || (args.project === undefined && args.source === undefined)) return
  throw new CaSyncError('USAGE', `--all is about ${about}: it goes neither with --project nor with --source.`, { hint })
}

/**
 * What belongs to a person is not set up as root: neither the keyring nor the AWS login would be theirs, and files would be root's.
 * @param would - what would come of it
 * @throws CaSyncError
 */
export function refuseSudo({ host }: Pick<Machine, 'host'>, would: string, code: ErrorCode = 'USAGE'): void {
  const user = sudoUser(host)
  if (user === undefined) return
  const problem = `This runs under sudo (started by ${user}): ${would}`
  throw new CaSyncError(code, problem, { hint: 'Type the same without sudo; no part of it needs root.' })
}
