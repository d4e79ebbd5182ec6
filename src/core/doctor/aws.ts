import type { Caller } from '../ports/aws.ts'
import { describeIdentity, type Identity } from '../repository/identity.ts'
import { formatSpan } from '../words/duration.ts'
import { CaSyncError } from '../words/errors.ts'
import { type Check, fault, faultOf, ok } from './check.ts'

// Past this, AWS refuses signatures.
const mostSkewSeconds = 300

/** Who ca-sync is to AWS, and whether the two agree about the time. */
export function awsChecks(identity: Identity, answer: Caller | CaSyncError): Check[] {
  if (answer instanceof CaSyncError) return [faultOf('aws', answer)]
  return [ok('aws', `${answer.arn} (${describeIdentity(identity)})`), clockCheck(answer)]
}

function clockCheck({ clockSkewSeconds }: Caller): Check {
  const off = formatSpan(Math.abs(clockSkewSeconds))
  if (Math.abs(clockSkewSeconds) < mostSkewSeconds) return ok('clock', 'the clock agrees with that of AWS')
  const what = `The clock of this computer is ${off} ${clockSkewSeconds > 0 ? 'fast' : 'slow'}: AWS refuses requests, and tokens expire at another time than ca-sync thinks.`
  return fault('clock', what, 'Set the clock (turn on automatic time).')
}
