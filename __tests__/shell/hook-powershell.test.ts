// Needs tree-sitter's grammar of PowerShell (.cache/syntax).
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { commands } from '../../src/cli/commands.ts'
import { completionScript } from '../../src/cli/completion/completion.ts'
import { formats } from '../../src/shell/formats.ts'
import { hookText } from '../../src/shell/hook.ts'

/** What in a source is no PowerShell, by tree-sitter's grammar of it. */
const mistakes = (source: string): string =>
  execFileSync(checkout('.cache/syntax/bin/python'), [checkout('__tests__/shell/parse_powershell.py')], {
    input: source,
    encoding: 'utf8',
  })

const paths = [
  { node: '/usr/bin/node', program: '/usr/lib/node_modules/ca-sync/dist/main.cjs' },
  { node: 'C:\\Program Files\\nodejs\\node.exe', program: "C:\\Users\\O'Brien “$x` 日本\\main.cjs" },
]

describe('what is written for PowerShell is PowerShell', () => {
  test.each(paths)('the hook, for $node', (programs) => {
    expect(mistakes(hookText('powershell', programs, true))).toBe('')
  })

  test('completion', () => {
    expect(mistakes(completionScript('powershell', commands))).toBe('')
  })

  test.each([['https://aws:x@host/simple/'], ['it\'s `$x $(y) "z"'], ['“é”\n日本']])('env: %j', (value) => {
    expect(mistakes(formats.powershell({ POETRY_HTTP_BASIC_DEV_PASSWORD: value, UV_INDEX: value }))).toBe('')
  })
})

test('and a mistake would show', () => {
  expect(mistakes('if ($x { 1 }')).not.toBe('')
})
