import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { formats, maskLines } from '../../src/shell/formats.ts'
import { env, hostile, printAll } from './hostile.ts'

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
