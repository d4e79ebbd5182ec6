// Needs zsh and fish.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { formats } from '../../src/shell/formats.ts'
import { env, hostile, printAll } from './hostile.ts'

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
