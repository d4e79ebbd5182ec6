import { longestWaitSeconds } from '../../core/memory/failure.ts'
import type { AwsFailure } from '../errors/failure.ts'

/**
 * How long AWS asks to be left alone, in seconds: the header Retry-After, a number or a date (RFC 9110, 10.2.3).
 * @param now - epoch milliseconds
 */
export function retryAfterOf({ $response }: AwsFailure, now: number): number | undefined {
  const value = $response?.headers?.['retry-after']
  if (value === undefined) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  // A proxy may say anything.
  return seconds > 0 ? Math.min(Math.ceil(seconds), longestWaitSeconds) : undefined
}
