import { parseRoleArn, type Settings } from '../core/project/settings.ts'
import { parseDuration, parseRefreshBefore } from '../core/words/duration.ts'
import { CaSyncError } from '../core/words/errors.ts'

interface Flags {
  readonly profile?: string | undefined
  readonly roleArn?: string | undefined
  readonly duration?: string | undefined
  readonly refreshBefore?: string | undefined
}

/** @throws CaSyncError USAGE */
export function readFlags(args: Flags): Settings {
  const { profile, roleArn, duration, refreshBefore } = args
  if (profile === '')
    throw new CaSyncError('USAGE', '--profile needs a name.', { hint: 'Type: aws configure list-profiles' })
  return {
    ...(profile !== undefined && { profile }),
    ...(roleArn !== undefined && { roleArn: parseRoleArn(roleArn, '--role-arn') }),
    ...(duration !== undefined && { durationSeconds: parseDuration(duration, '--duration') }),
    ...(refreshBefore !== undefined && { refreshBefore: parseRefreshBefore(refreshBefore, '--refresh-before') }),
  }
}
