import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { checkout } from '../../../scripts/testbed/checkout.ts'
import { pluginChecks } from '../../../src/core/doctor/poetry.ts'

const page = readFileSync(checkout('docs/moving-over.md'), 'utf8')
const [, others = ''] = page.split('## From other plugins and tools')
const named = [...others.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name)

test('every plugin that one moves over from is recognised', () => {
  expect(named.length).toBeGreaterThan(5)
  expect(pluginChecks(named, 'python').map(({ status }) => status)).toEqual(named.map(() => 'warning'))
  expect(pluginChecks(['poetry-plugin-code-artifact', 'keyrings.codeartifact'], 'python')).toMatchObject([
    { status: 'fault', fix: 'python -m pip uninstall --yes poetry-plugin-code-artifact' },
    { status: 'fault', fix: 'python -m pip uninstall --yes keyrings.codeartifact' },
  ])
})

test('a path with a blank', () => {
  const [check] = pluginChecks(['poetry-aws-plugin'], '/Application Support/python')
  expect(check?.fix).toBe("'/Application Support/python' -m pip uninstall --yes poetry-aws-plugin")
})

test('others are left alone', () => {
  expect(pluginChecks(['poetry-plugin-export', 'keyrings.alt'], 'python')).toEqual([])
})
