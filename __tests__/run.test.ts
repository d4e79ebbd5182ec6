import { expect, test } from '@jest/globals'
import { limitsOf } from '../src/run.ts'

const manner = { quiet: false, verbose: false, unattended: false, inPassing: false }

// By hand a person may be typing a password; a job must end; and a program waits for its variables.
test.each([
  ['by hand', {}, { keyring: 120, aws: 30, lock: 60 }],
  ['unattended', { unattended: true }, { keyring: 20, aws: 15, lock: 0 }],
  ['exec and env', { inPassing: true }, { keyring: 5, aws: 30, lock: 10 }],
  ['exec and env of a job', { inPassing: true, unattended: true }, { keyring: 5, aws: 30, lock: 10 }],
])('%s: all waits for a keyring, one for AWS, and one for another run, in seconds', (_, how, most) => {
  const { handover, vault, aws, lock } = limitsOf({ ...manner, ...how })
  expect(vault.limitMs).toBeLessThanOrEqual(vault.budgetMs)
  expect((handover + vault.budgetMs) / 1000).toBeLessThanOrEqual(most.keyring)
  expect(aws / 1000).toBeLessThanOrEqual(most.aws)
  expect(lock / 1000).toBeLessThanOrEqual(most.lock)
})
