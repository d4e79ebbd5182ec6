// Needs Poetry, a keyring and the built program.
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { expect, jest, test } from '@jest/globals'
import { parts } from '../../scripts/attack/parts.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { run } from '../../scripts/testbed/run.ts'

jest.setTimeout(240_000)

const names = parts.map(({ name }) => name)

test('each part holds in a try of it, and says so', async () => {
  const words = ['scripts/run.mjs', 'scripts/attack/torture.ts', '--tries', '1', '--seed', '1']
  const env = cleanEnv(process.env, process.env['HOME'] ?? '', process.execPath)
  const { code, stdout } = await run(process.execPath, words, { env, timeoutMs: 230_000 })
  const lines = names.map((name) => expect.stringMatching(new RegExp(`^${name}: (\\d+) tried, \\1 held`)))
  expect({ code, lines: stdout.trimEnd().split('\n') }).toEqual({ code: 0, lines: ['seed 1', ...lines] })
})

test('docs/reliability.md has a figure for each part', async () => {
  const rows = (await readFile(checkout('docs/reliability.md'), 'utf8')).matchAll(
    /^\| `([a-z]+)` \| .* \| ([\d,]+) \| ([\d,]+) \|$/gm,
  )
  const found = [...rows].map(([, name, tried, held]) => ({ name, isWhole: tried === held }))
  expect(found).toEqual(names.map((name) => ({ name, isWhole: true })))
})
