import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ownersOnly, writeOutput } from '../../src/shell/output.ts'

test('on Windows a file is closed to all but its owner, whoever that is called', () => {
  expect(ownersOnly('C:\\src\\env.txt')).toEqual(['C:\\src\\env.txt', '/inheritance:r', '/grant:r', '*S-1-3-4:F'])
})

test('a file that could not be closed to others is said to be open to them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ca-sync-output-'))
  try {
    const nowhere = { env: { SystemRoot: 'D:\\nowhere' }, platform: 'win32', uid: undefined } as const
    expect(await writeOutput(join(folder, 'env.txt'), 'text', nowhere)).toBe(false)
  } finally {
    await rm(folder, { recursive: true })
  }
})
