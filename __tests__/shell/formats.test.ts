import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { formats, maskLines } from '../../src/shell/formats.ts'

jest.setTimeout(30_000)

/** Everything that one shell or another acts upon. */
const hostile = {
  PLAIN: 'https://aws:eyJ2.a-b_c@host-1.example/pypi/dev/simple/',
  EMPTY: '',
  SPACES: '  two  words  ',
  QUOTES: `'single' "double" \`back\``,
  DOLLARS: '$HOME $(id) !! %PATH%',
  BACKSLASHES: "\\ \\\\ \\n \\'",
  SIGNS: '#a;b|c&d<e>f(g)[h]{i}*j?k~l^m=n,o',
  CURLY: '‘’‚‛“” ✓',
  NEWLINES: 'one\ntwo',
}

const env = { PATH: process.env['PATH'], HOME: '/', LANG: 'C.UTF-8' }
const printAll = [process.execPath, '-e', `process.stdout.write(JSON.stringify(process.env))`]

/** What a program that a shell starts after reading the text finds in its environment. */
async function seenBy(shell: readonly string[], load: string, text: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'ca-sync-formats-'))
  try {
    const file = join(folder, 'text')
    await writeFile(file, text)
    const [program = '', ...options] = shell
    const line = `${load.replace('FILE', file)}\n${printAll.map((word) => `'${word}'`).join(' ')}`
    const { stdout, stderr } = await run(program, [...options, '-c', line], { env })
    expect(stderr).toBe('')
    return JSON.parse(stdout)
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('real shells get every value as it is', () => {
  test.each([
    ['sh', ['sh'], 'eval "$(cat FILE)"', 'sh'],
    ['bash', ['bash', '--norc'], 'eval "$(cat FILE)"', 'sh'],
    ['bash, with history expansion', ['bash', '--norc', '-H'], 'eval "$(cat FILE)"', 'sh'],
    ['zsh', ['zsh', '-f'], 'eval "$(cat FILE)"', 'sh'],
    ['fish', ['fish', '--no-config'], 'cat FILE | source', 'fish'],
    ['sh, from a dotenv file', ['sh'], 'set -a; . FILE', 'dotenv'],
  ] as const)('%s', async (_, shell, load, format) => {
    // What needs escapes in a dotenv file, shells read otherwise than dotenv libraries.
    const needsEscapes = (value: string) => /['\n]/.test(value)
    const values = Object.fromEntries(
      Object.entries(hostile).filter(([, value]) => format !== 'dotenv' || !needsEscapes(value)),
    )
    expect(await seenBy(shell, load, formats[format](values))).toMatchObject(values)
  })
})

test('PowerShell, by the rules of about_Quoting_Rules', () => {
  expect(formats.powershell({ A: 'it`s "5" $x', B: 'plain' })).toBe('$Env:A = "it``s `"5`" `$x"\n$Env:B = "plain"\n')
})

test.each([
  ['eyJ2ZXIi.a-b_c', 'A=eyJ2ZXIi.a-b_c'],
  ['https://aws:t@host/pypi/dev/simple/', 'A=https://aws:t@host/pypi/dev/simple/'],
  ['', 'A='],
  ['two words', "A='two words'"],
  ['a#b', "A='a#b'"],
  [`it's $5`, `A="it's \\$5"`],
  ['one\ntwo', 'A="one\\ntwo"'],
])('dotenv: %j', (value, line) => {
  expect(formats.dotenv({ A: value })).toBe(`${line}\n`)
})

test('node --env-file reads a dotenv file', async () => {
  const values = { TOKEN: hostile.PLAIN, SPACES: hostile.SPACES, SIGNS: hostile.SIGNS }
  const folder = await mkdtemp(join(tmpdir(), 'ca-sync-formats-'))
  await writeFile(join(folder, '.env'), formats.dotenv(values))
  const [node = '', ...words] = printAll
  const { stdout } = await run(node, [`--env-file=${folder}/.env`, ...words], { env })
  await rm(folder, { recursive: true })
  expect(JSON.parse(stdout)).toMatchObject(values)
})

test('json', () => {
  expect(JSON.parse(formats.json(hostile))).toEqual(hostile)
})

test('github', () => {
  expect(formats.github({ A: 'x', B: 'y=z' })).toBe(
    'A<<END_OF_CA_SYNC_VALUE\nx\nEND_OF_CA_SYNC_VALUE\nB<<END_OF_CA_SYNC_VALUE\ny=z\nEND_OF_CA_SYNC_VALUE\n',
  )
  expect(maskLines(['one', '50%\n'])).toBe('::add-mask::one\n::add-mask::50%25%0A\n')
})
