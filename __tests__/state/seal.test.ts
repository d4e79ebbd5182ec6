import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { isSealed, sealed, shapeNumber } from '../../src/state/seal.ts'
import { state } from '../core/facts.ts'

const bytes = sealed(state())

test('what was sealed is', () => expect(isSealed(bytes)).toBe(true))

test.each([
  ['a letter is another', Buffer.from(bytes.toString().replace('projects', 'Projects'))],
  ['it goes on', Buffer.concat([bytes, Buffer.from('\n')])],
  ['its end is gone', bytes.subarray(0, -1)],
  ['nothing is left', Buffer.alloc(0)],
])('it is not, where %s', (_, text) => expect(isSealed(text)).toBe(false))

/** What the state is made of, however it is written down. */
const shape = readFileSync('src/core/memory/tables.ts', 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|\s/g, '')

// Where this fails: is what an older build wrote still right as it is? If not, raise shapeNumber. Then put the new stamp here.
test('who changes the shape of the state thinks of what an older build sealed', () =>
  expect({ shapeNumber, stamp: createHash('sha256').update(shape).digest('hex').slice(0, 12) }).toEqual({
    shapeNumber: 2,
    stamp: '48a8fca916e0',
  }))
