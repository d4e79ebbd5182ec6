import { describe, expect, test } from '@jest/globals'
import { patiently } from '../../src/files/regular.ts'

/** Fails with each of these codes, one after another, and then works. */
function act(...codes: string[]): () => string {
  return () => {
    const code = codes.shift()
    if (code !== undefined) throw Object.assign(new Error(code), { code })
    return 'done'
  }
}

describe('Windows refuses while another program has the file open: it is tried again', () => {
  test.each([[[]], [['EPERM']], [['EACCES', 'EACCES']], [['EBUSY', 'EPERM', 'EACCES']]])('%j', (codes) => {
    expect(patiently(act(...codes), true)).toBe('done')
  })

  test('but not for ever', () => {
    expect(() => patiently(act(...Array(50).fill('EPERM')), true)).toThrow('EPERM')
  })
})

test.each([
  ['another error', ['ENOENT'], true],
  ['another system, where the refusal is meant', ['EPERM'], false],
])('at once: %s', (_, codes, isWindows) => {
  expect(() => patiently(act(...codes), isWindows)).toThrow(codes[0])
})
