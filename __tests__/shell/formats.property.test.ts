import { parseEnv } from 'node:util'
import { formats, maskLines } from '../../src/shell/formats.ts'
import { anyText, fc } from '../helpers/property.ts'

const names = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/).filter((name) => !(name in {}))
const values = fc.oneof(
  fc.string({ unit: fc.constantFrom(...`'"\\\`$!#%&;=:|<>()[]{} \tab1é中`, '$A', '$' + '{A}', '\\n', '\\"') }),
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^https:\/\/aws:[\w.-]{1,20}@[a-z.]{1,10}\/pypi\/$/),
)
const variables = fc.dictionary(
  names,
  values.filter((value) => !/[\0\r\n]/.test(value)),
  { noNullPrototype: true },
)
const withLines = fc.dictionary(
  names,
  fc.array(values, { maxLength: 3 }).map((lines) => lines.join('\n').replaceAll(/[\0\r]/g, '')),
  { noNullPrototype: true },
)

/** Compose's and python-dotenv's rules: single quotes keep all but themselves, in double quotes a backslash escapes. */
function dotenvReads(text: string): Record<string, string> {
  const line = /^(\w+)=(?:'([^']*)'|"((?:\\.|[^"\\$])*)"|([^'"\s]*))\n/gm
  let end = 0
  const pairs = [...text.matchAll(line)].map(([all, name = '', single, double, plain = ''], _index) => {
    end += all.length
    const unescaped = double?.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
    return [name, single ?? unescaped ?? plain]
  })
  expect(end).toBe(text.length)
  return Object.fromEntries(pairs)
}

/** "Workflow commands for GitHub Actions", multiline strings: all up to the line that repeats the delimiter. */
function githubReads(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const lines = text.split('\n').slice(0, -1); lines.length > 0; ) {
    const [, name = '', delimiter = ''] = /^(\w+)<<(\w+)$/.exec(lines.shift() ?? '') ?? []
    const end = lines.indexOf(delimiter)
    expect(end).toBeGreaterThan(0)
    found[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n')
  }
  return found
}

test('a dotenv file says what was meant', () => {
  fc.assert(fc.property(withLines, (all) => expect(dotenvReads(formats.dotenv(all))).toEqual(all)))
})

test('Node reads what needs no escapes as everybody does', () => {
  const plain = fc.dictionary(
    names,
    values.filter((value) => !/['\0\r\n]/.test(value)),
    { noNullPrototype: true },
  )
  fc.assert(fc.property(plain, (all) => expect({ ...parseEnv(formats.dotenv(all)) }).toEqual(all)))
})

test('the file of GitHub Actions says what was meant', () => {
  fc.assert(fc.property(withLines, (all) => expect(githubReads(formats.github(all))).toEqual(all)))
})

test('JSON says what was meant', () => {
  fc.assert(fc.property(withLines, (all) => expect(JSON.parse(formats.json(all))).toEqual(all)))
})

test('a mask is one line, and means the whole secret', () => {
  fc.assert(
    fc.property(anyText({ minLength: 1 }), (secret) => {
      const [line = '', ...rest] = maskLines([secret]).split('\n')
      expect(rest).toEqual([''])
      const data = line
        .slice('::add-mask::'.length)
        .replaceAll('%0D', '\r')
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%')
      expect(data).toBe(secret)
    }),
  )
})

test('a name is one line, whatever it is called', () => {
  fc.assert(
    fc.property(variables, (all) => {
      for (const format of ['sh', 'fish', 'powershell', 'dotenv'] as const)
        expect(formats[format](all).split('\n').length).toBe(Object.keys(all).length + 1)
    }),
  )
})
