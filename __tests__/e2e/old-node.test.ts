import { readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'

const nodes = realpathSync(checkout('.cache/old-nodes'))
const versions = readdirSync(nodes).filter((name) => /^\d/.test(name))

test('several lines are tried', () => expect(versions.length).toBeGreaterThanOrEqual(4))

// `--version`, and nothing to do, load least: these, too, would run until they met something newer.
test.each(
  versions.flatMap((version) =>
    [[], ['--version'], ['doctor', '--json'], ['exec', '--', 'true']].map((words) => [version, words] as const),
  ),
)('Node %s, ca-sync %j: one sentence, and what to type', async (version, words) => {
  const node = join(nodes, version, 'bin/node')
  expect(await run(node, [checkout('dist/main.cjs'), ...words], { env: process.env })).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `error: ca-sync needs Node 20.19 or newer; this is v${version} (${node}).\n  Type: nvm install 22 (or see https://nodejs.org/en/download)\n`,
  })
})
