import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'

type Choose = (paths: readonly string[], words: readonly string[]) => string[]
const { choose }: { choose: Choose } = createRequire(import.meta.url)('../../scripts/fast-tier.cjs')

const folder = checkout('__tests__')
const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => join(folder, path))
const chosen = (...words: string[]) => choose(all, words).map((path) => relative(folder, path))

test.each([
  ['nothing', []],
  ['options', ['--filter=./scripts/fast-tier.cjs', '-w', '2', '--json', '-t', 'no such test']],
])('named by %s: no e2e test, and nothing that uses Poetry or a keyring', (_, words) => {
  const fast = chosen(...words)
  expect(fast).toContain(join('core', 'plan', 'plan.test.ts'))
  const real = /checkout\('\.cache|testbed\/(?:box|poetry)\.ts|\/handover-helpers\.ts|\/e2e\/(?:stage|keyring)\.ts/
  expect(fast.filter((path) => real.test(readFileSync(join(folder, path), 'utf8')) || /\be2e\b/.test(path))).toEqual([])
})

test('what is not in the fast tier is in the other one', async () => {
  type Filter = (paths: readonly string[]) => Promise<{ filtered: readonly string[] }>
  const rest: Filter = createRequire(import.meta.url)('../../scripts/real-tier.cjs')
  const { filtered } = await rest(all)
  expect([...choose(all, []), ...filtered].toSorted()).toEqual(all.toSorted())
})

test.each([
  ['e2e/main-job', [join('e2e', 'main-job.test.ts')]],
  ['./__tests__/vault/vault.test.ts', [join('vault', 'vault.test.ts')]],
  ['shell/hook-shells', [join('shell', 'hook-shells.test.ts')]],
])('named by %s: it runs, whatever it needs', (word, expected) => {
  expect(chosen('--silent', word)).toEqual(expected)
})
