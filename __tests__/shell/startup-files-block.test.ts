import { expect, test } from '@jest/globals'
import { isDamaged } from '../../src/core/words/block.ts'
import { withBlock, withoutBlock } from '../../src/shell/startup-files.ts'

const body = 'one\ntwo é\n'
const other = 'three\n'
const at = 'é $& \\ \u00ff'

test.each([
  ['there is none', undefined],
  ['empty', ''],
  ['one line', 'a\n'],
  ['no line end', 'a\nb'],
  ['CRLF', 'a\r\nb\r\n'],
  ['CRLF, no line end', 'a\r\nb'],
  ['a byte-order mark, and bytes of any encoding', `\u00ef\u00bb\u00bf${at}\n\n\n`],
  ['a line end only', '\n'],
])('a file (%s) is as it was after install and uninstall, however often', (_, text) => {
  const once = withBlock(text, body)
  expect(once.startsWith(text ?? '')).toBe(true)
  expect(once).toMatch(/# >>> ca-sync hook >>>.*\n(#.*\n)?one\ntwo \u00c3\u00a9\n# <<< ca-sync hook <<<\n$/)
  expect(withBlock(once, body)).toBe(once)
  const updated = withBlock(once, other)
  expect(updated).not.toContain('one')
  expect(withoutBlock(updated)).toBe(text)
  expect(withoutBlock(once)).toBe(text)
})

test.each([
  ['after it', '', 'b\n', undefined],
  ['before it', 'a\n', '', 'a\n'],
  ['around it', 'a\n', 'b', 'a\n'],
  ['around it, no line end before', 'a', 'b\n', 'a'],
])('what the user writes %s later stays', (_, before, after, text) => {
  const file = withBlock(text, body) + after
  const block = withBlock(file, other)
  expect(block.endsWith(`# <<< ca-sync hook <<<\n${after}`)).toBe(true)
  const ended = text !== undefined && !text.endsWith('\n') ? '\n' : ''
  expect(withoutBlock(block)).toBe(before + ended + after)
})

test('a file that we made stays when it holds something of the user', () => {
  expect(withoutBlock(`${withBlock(undefined, body)}mine\n`)).toBe('mine\n')
})

test('an editor saved the file with the line ends of Windows: the block is ours all the same', () => {
  const saved = (text: string | undefined) => withBlock(text, body).replaceAll('\n', '\r\n')
  expect(withoutBlock(saved(undefined))).toBeUndefined()
  expect(withoutBlock(saved('a\n'))).toBe('a\r\n')
  expect(withBlock(saved(undefined), other)).toBe(withBlock(undefined, other))
  expect(isDamaged(saved('a'), 'hook')).toBe(false)
})

test('an empty file that was there stays', () => {
  expect(withoutBlock(withBlock('', body))).toBe('')
})

test('of two blocks (merged start-up files) one is left, or none', () => {
  const two = `a\n${withBlock('', body)}b\n${withBlock('', body)}c\n`
  expect(withBlock(two, other)).toBe(`a\n${withBlock('', other)}b\nc\n`)
  expect(withoutBlock(two)).toBe('a\nb\nc\n')
})

test('the text of the hook may hold what a replacement would take for a pattern', () => {
  const odd = "echo $& $1 $$ $'\n"
  expect(withBlock(withBlock('a\n', body), odd)).toContain(odd)
})

const whole = withBlock('a\n', body)
test.each([
  ['whole', whole, false],
  ['none', 'a\n', false],
  ['no last line', whole.replace(/# <<<.*\n/, ''), true],
  ['no first line', whole.replace(/# >>>.*\n/, ''), true],
  ['a block in a block', whole.replace('one\n', whole), true],
])('damage: %s', (_, text, damaged) => {
  expect(isDamaged(text, 'hook')).toBe(damaged)
})
