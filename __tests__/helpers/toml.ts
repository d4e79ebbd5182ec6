import { parseToml } from '../../src/files/toml.ts'
import { fc } from './property.ts'

const one = fc.constantFrom
const blank = one('', '', ' ', '\t', '  ')

/** The names of what we edit, and others beside them. */
const names = one('dev', 'url', 'repositories', 'qa', 'dev-2', 'a.b', '1', '', 'é "x"', 'constructor')

/** Where we edit, seen from the top of a document or from a table in it. */
const ours = one(
  ...[['repositories'], ['repositories', 'dev'], ['repositories', 'dev', 'url'], ['repositories', 'qa'], ['dev']],
  ...[['dev', 'url'], ['url'], ['dev', 'more'], ['repositories', 'dev', 'more'], ['http-basic', 'dev'], ['http-basic']],
  ...[['http-basic', 'dev', 'password'], ['username'], ['password'], ['dev', 'username'], ['cert']],
  ...[['tool'], ['tool', 'poetry'], ['tool', 'poetry', 'source'], ['poetry', 'source'], ['source'], ['name']],
)

function keyOf(name: string, manner: number): string {
  if (manner === 0) return basic(name)
  if (manner === 1) return `'${name}'`
  const start = name.charCodeAt(0).toString(16).padStart(4, '0')
  if (manner === 2 && name !== '') return `"\\u${start}${basic(name.slice(1)).slice(1)}`
  return /^[\w-]+$/.test(name) ? name : basic(name)
}

const basic = (text: string): string => JSON.stringify(text)
const path = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: ours }, { weight: 1, arbitrary: fc.array(names, { minLength: 1, maxLength: 3 }) }),
    fc.array(fc.nat(12), { minLength: 3, maxLength: 3 }),
    one('.', '.', ' . ', '.\t'),
  )
  .map(([parts, manners, dot]) => parts.map((name, index) => keyOf(name, manners[index] ?? 9)).join(dot))

const comment = one('# plain', '# [repositories.dev]', '#', '# url = "x" }', '# \'\'\' """', '# é')
const odd = one('', 'x', '# no', '[repositories.dev]', 'url = 1', '}', ']', ',', '\\\\', "''", 'é', '=')

const scalar = fc.oneof(
  fc.tuple(odd, odd).map(([a, b]) => basic(a + b)),
  odd.map((text) => `'${text.replaceAll("'", '')}'`),
  fc.tuple(odd, odd).map(([a, b]) => `"""\n${a}\n\\"${b} ""\\\n  ."""`),
  fc.tuple(odd, odd).map(([a, b]) => `'''${a.replaceAll("'", '')}\n[x]\n''${b.replaceAll("'", '')}''''`),
  one(
    '0',
    '+1_000',
    '0xff',
    '-1.5e3',
    'true',
    'false',
    'inf',
    '1979-05-27',
    '1979-05-27 07:32:00Z',
    '1979-05-27T07:32:00',
  ),
)

const { value } = fc.letrec<{ value: string; array: string; table: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('array'), tie('table')),
  array: fc
    .tuple(fc.array(tie('value'), { maxLength: 3 }), one('', ' ', '\n  ', ' # ]\n'), fc.boolean())
    .map(
      ([items, gap, trailing]) => `[${gap}${items.join(`,${gap}`)}${trailing && items.length > 0 ? ',' : ''}${gap}]`,
    ),
  table: fc
    .tuple(fc.array(fc.tuple(path, tie('value')), { maxLength: 3 }), blank)
    .map(([pairs, gap]) => `{${gap}${pairs.map(([name, text]) => `${name} = ${text}`).join(`,${gap}`)}${gap}}`),
}))

/** A statement, a comment or a blank line, without its end. */
const line = fc
  .tuple(
    blank,
    fc.oneof(
      { weight: 2, arbitrary: fc.tuple(path, one('=', ' = ', '\t= '), value).map((parts) => parts.join('')) },
      { weight: 2, arbitrary: fc.tuple(blank, path, blank).map((parts) => `[${parts.join('')}]`) },
      { weight: 1, arbitrary: path.map((text) => `[[${text}]]`) },
    ),
    fc.option(comment, { nil: '', freq: 3 }),
  )
  .map(([indent, statement, remark]) => `${indent}${statement}${remark && ` ${remark}`}`)

const isToml = (text: string): boolean => {
  try {
    parseToml(text)
    return true
  } catch {
    return false
  }
}

/** What of some lines is TOML: each that does not go with those before it is left out. */
const valid = (lines: readonly string[]): string =>
  lines.reduce((text, next) => (isToml(`${text}${next}\n`) ? `${text}${next}\n` : text), '')

/** Valid TOML in every shape that people give it, as a text. */
export const tomlTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 4, arbitrary: line }, { weight: 1, arbitrary: blank }, { weight: 1, arbitrary: comment }),
      {
        maxLength: 10,
      },
    ),
    one('\n', '\n', '\r\n'),
    fc.boolean(),
  )
  .map(([lines, eol, isOpen]) => {
    const text = valid(lines).replaceAll('\n', eol)
    return isOpen ? text.replace(/\r?\n$/, '') : text
  })
  .filter(isToml)
