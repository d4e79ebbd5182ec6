// Needs Poetry.
import { readFile } from 'node:fs/promises'
import { expect, jest, test } from '@jest/globals'
import { checkout } from '../../../scripts/testbed/checkout.ts'
import { findPoetry } from '../../../src/poetry/find/find.ts'
import type { FindOptions } from '../../../src/poetry/find/interpreter.ts'
import { openInspection } from '../../../src/poetry/keyring/handover.ts'
import { at, type Env, home, installs } from './installs.ts'

jest.setTimeout(120_000)

const options = (env: Env): FindOptions => ({
  env: { HOME: home, ...env },
  platform: process.platform,
  uid: process.getuid?.(),
  home,
  projectDir: at('project'),
})

/** The version that the Python says which was found. */
async function versionBy(env: Env): Promise<string> {
  const found = await findPoetry(options(env))
  const session = openInspection({
    ...{ ...found, env: { HOME: home, ...env }, platform: process.platform, uid: process.getuid?.() },
    ...{ projects: [at('project')], unattended: true, budgetMs: 20_000, now: () => performance.now() },
  })
  try {
    return (await session.describe()).poetryVersion
  } finally {
    session.close()
  }
}

test.each(installs)('%s: %s', async (_, __, arrange) => {
  expect(await versionBy(await arrange())).toMatch(/^2\.5\./)
})

test('the README lists them', async () => {
  const readme = await readFile(checkout('README.md'), 'utf8')
  const [, list = ''] = /\| Poetry by \|.*\n.*\n((?:\|.*\n)+)/.exec(readme) ?? []
  const named = list.split('\n').flatMap((line) => /^\| ([^|]+?) +\|/.exec(line)?.[1] ?? [])
  expect(named).toEqual([...new Set(installs.map(([install]) => install))])
})
