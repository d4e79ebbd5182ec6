import { describe, expect, test } from '@jest/globals'
import { formatSpan, nothingToDoText, parseDuration, parseRefreshBefore } from '../../../src/core/words/duration.ts'

const usage = (text: string) =>
  expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(`--x: ${JSON.stringify(text)}`) })

describe('parseDuration', () => {
  test.each([
    ['12h', 43_200],
    ['43200', 43_200],
    ['43200s', 43_200],
    ['90m', 5_400],
    ['15m', 900],
    ['900', 900],
    [' 1h ', 3_600],
    ['0', 0],
    ['0h', 0],
  ])('%j is %i s', (text, seconds) => {
    expect(parseDuration(text, '--x')).toBe(seconds)
  })

  test.each([
    '',
    ' ',
    '1',
    '899',
    '14m',
    '43201',
    '13h',
    '1d',
    '12 h',
    '1.5h',
    '-1h',
    '+1h',
    '1e3',
    '0x384',
    '12H',
    '١h',
  ])('%j is refused', (text) => {
    expect(() => parseDuration(text, '--x')).toThrow(usage(text))
  })
})

describe('parseRefreshBefore', () => {
  test.each([
    ['50%', { percent: 50 }],
    ['1%', { percent: 1 }],
    ['99%', { percent: 99 }],
    ['4h', { seconds: 14_400 }],
    ['30m', { seconds: 1_800 }],
    ['60', { seconds: 60 }],
  ])('%j', (text, before) => {
    expect(parseRefreshBefore(text, '--x')).toEqual(before)
  })

  test.each(['', '0', '0%', '00%', '100%', '50 %', '-5%', '5.5%', '%', 'half', '0h'])('%j is refused', (text) => {
    expect(() => parseRefreshBefore(text, '--x')).toThrow(usage(text))
  })
})

test.each([
  [-5, '0 s'],
  [0.9, '0 s'],
  [35, '35 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [250, '4 min'],
  [3_569, '59 min'],
  [3_599, '1 h'],
  [3_600, '1 h'],
  [43_080, '11 h 58 min'],
  [43_199, '12 h'],
  [172_800, '48 h'],
])('%d s for people: %s', (seconds, text) => {
  expect(formatSpan(seconds)).toBe(text)
})

test.each([
  [1, [], 0, 'Nothing to do: 1 source is ready, tokens'],
  [2, ['dev: publish only'], 0, 'Nothing to do: 2 sources are ready (dev: publish only), tokens'],
  [2, ['dev: no: not declared'], 1, 'Nothing to do: 1 source is ready (dev: no: not declared), tokens'],
  [2, ['no: publish only'], 0, 'Nothing to do: 2 sources are ready (no: publish only), tokens'],
  [1, ['dev: no: refused'], 1, 'Nothing to renew: Poetry can use no source (dev: no: refused), tokens'],
])('what is idle is ready only where Poetry can use it: %i, %j', (sources, partly, unusable, text) => {
  expect(nothingToDoText(sources, 3600, partly, unusable)).toBe(
    `${text} are valid for 1 h.\nIf Poetry says otherwise, type: ca-sync doctor\n`,
  )
})
