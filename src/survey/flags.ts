import { parseRoleArn, type Settings } from '../core/project/settings.ts'
import { parseDuration, parseRefreshBefore } from '../core/words/duration.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { present } from '../core/words/present.ts'

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
  return present({
    profile,
    roleArn: roleArn === undefined ? undefined : parseRoleArn(roleArn, '--role-arn'),
    durationSeconds: duration === undefined ? undefined : parseDuration(duration, '--duration'),
    refreshBefore: refreshBefore === undefined ? undefined : parseRefreshBefore(refreshBefore, '--refresh-before'),
  })
}
