import { parse } from '@iarna/toml'
import { addTables } from '../../../src/core/toml/table.ts'

const array = ['tool', 'poetry', 'source']
const add = (text: string) => addTables(text, array, [{ name: 'NEW', default: true }])
const one = '[[tool.poetry.source]]\nname = "NEW"\ndefault = true\n'

test.each([
  // What is there, where the new table goes (at |), and how it is set off.
  ['nothing', '|', one],
  ['no newline at the end', '# mine|', `\n\n${one}`],
  ['a newline at the end', 'a = 1\n|', `\n${one}`],
  ['a blank line at the end', 'a = 1\n\n|', one],
  ['only blank lines', '\n|', one],
  ['blanks in the last line', 'a = 1\n \t\n|', one],
  ['comments at the end, and no such table', '[a]\nb = 1\n# the end\n|', `\n${one}`],
  ['one that is last', '[[tool.poetry.source]]\nname = "a"\n|', `\n${one}`],
  ['one that is last, without newline', '[[tool.poetry.source]]\nname = "a"|', `\n\n${one}`],
  ['one, and others below', '[[tool.poetry.source]]\nname = "a"\n|\n[z]\nb = 1\n', `\n${one}`],
  ['one, and another right below', '[[tool.poetry.source]]\nname = "a"\n|[z]\nb = 1', `\n${one}\n`],
  ['two, apart', '[[tool.poetry.source]]\nname="a"\n[y]\n[[ tool . "poetry".source ]]\nname="b"\n|\n[z]\n', `\n${one}`],
  ['a comment that is its own', '[[tool.poetry.source]]\nname = "a" # x\n# priority = "b"\n|\n[z]\n', `\n${one}`],
  ['a comment of its own, the last line', '[[tool.poetry.source]]\nname = "a"\n# b\n  # c|', `\n\n${one}`],
  ['a comment further down', '[[tool.poetry.source]]\nname = "a"\n|\n# vim: set ft=toml\n', `\n${one}`],
  ["a comment of the next table's", '[[tool.poetry.source]]\nname = "a"\n|# of z\n# too\n[z]\n', `\n${one}\n`],
  ['a table of its own', '[[tool.poetry.source]]\nname = "a"\n[tool.poetry.source.more]\nb = 1\n|\n[z]\n', `\n${one}`],
  ['a value of several lines', '[[tool.poetry.source]]\nname = """\n[[tool.poetry.source]]\n"""\n|\n[z]\n', `\n${one}`],
  ['the name in a comment', '# [[tool.poetry.source]]\n\n[z]\nb = 1\n|', `\n${one}`],
  ['tabs and odd layout', '\t[[tool.poetry.source]]\n\t\tname="a"\n|\n\n\n[z]\n', `\n${one}`],
])('%s', (_, marked, added) => {
  const [above = '', below = ''] = marked.split('|')
  const after = add(above + below)
  expect(after).toBe(above + added + below)
  expect((parse(after)['tool'] as never)['poetry']['source']).toContainEqual({ name: 'NEW', default: true })
})

test.each([
  ['in the middle', '[[tool.poetry.source]]\r\nname = "a"\r\n', '\r\n[z]\r\nb = 1\r\n'],
  ['at the end', 'a = 1\r\n', ''],
  ['without a newline at the end', 'a = 1\r\nb = 2', ''],
])('CRLF %s', (_, above, below) => {
  const after = add(above + below)
  expect(after.startsWith(above)).toBe(true)
  expect(after.endsWith(below)).toBe(true)
  expect(after).toContain(`\r\n\r\n${one.replaceAll('\n', '\r\n')}`)
  expect(after).not.toMatch(/[^\r]\n/)
})

test('several, one below the other', () => {
  const tables = [{ name: 'a' }, { name: 'b' }]
  expect(addTables('', ['x', 'y z'], tables)).toBe('[[x."y z"]]\nname = "a"\n\n[[x."y z"]]\nname = "b"\n')
  expect(addTables('# as it is', array, [])).toBe('# as it is')
})

test('values that need escapes', () => {
  const tables = [{ name: 'a"\\\n\x7f' }]
  expect(parse(addTables('', ['x'], tables))).toEqual({ x: tables })
})
