import { expect, test } from '@jest/globals'
import { ownersOnly } from '../../src/shell/output.ts'

test('on Windows a file is closed to all but its owner, whoever that is called', () => {
  expect(ownersOnly('C:\\src\\env.txt')).toEqual(['C:\\src\\env.txt', '/inheritance:r', '/grant:r', '*S-1-3-4:F'])
})
