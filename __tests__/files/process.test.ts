import { describe, expect, test } from '@jest/globals'
import { isSame } from '../../src/files/process.ts'

describe('a process that has the pid of a mark', () => {
  test.each([
    ['Linux: the same start', '812', '812', 3_600_000, true],
    ['Linux: another one', '812', '99', 0, false],
    ['Linux: it has just gone', '812', '', 0, false],
    ['elsewhere: what it holds was touched just now', '', '', 4_000, true],
    ['elsewhere: the clock was set back a little', '', '', -4_000, true],
    ['elsewhere: nobody touches it any more', '', '', 61_000, false],
    ['elsewhere: left from before a restart', '', '', 8 * 3_600_000, false],
    ['elsewhere: from the future, by a clock that was wrong', '', '', -8 * 3_600_000, false],
  ])('%s', (_, before, now, idleMs, expected) => {
    expect(isSame(before, now, idleMs)).toBe(expected)
  })
})
