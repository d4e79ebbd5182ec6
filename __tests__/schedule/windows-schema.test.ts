// Needs xmllint.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { encodeTask, windowsRuns } from '../../src/schedule/windows.ts'
import { name, programs, text } from './windows-task.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-task-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function validate(bytes: Buffer): Promise<string> {
  const file = join(dir, 'task.xml')
  await writeFile(file, bytes)
  const words = ['--noout', '--nonet', '--schema', checkout('__tests__/schedule/task.xsd'), file]
  const { code, stderr } = await run('xmllint', words, { env: { PATH: process.env['PATH'] } })
  return code === 0 ? 'valid' : stderr
}

test('the task is valid as it is written, with odd paths', async () => {
  expect(name).toBe('ca-sync.xml')
  expect(await validate(encodeTask(text))).toBe('valid')
  expect(windowsRuns(text)).toEqual({ ...programs, path: undefined })
})

test.each([
  ['another order in a trigger', text.replace(/(<UserId>.*<\/UserId>)\s*(<StateChange>.*<\/StateChange>)/, '$2$1')],
  ['another word', text.replace('IgnoreNew', 'Ignore')],
  ['a logon trigger for everyone', text.replace(/(<LogonTrigger>[\s\S]*?)<UserId>.*<\/UserId>/, '$1')],
])('the schema finds %s', async (_, wrong) => {
  expect(wrong).not.toBe(text)
  expect(await validate(encodeTask(wrong))).not.toBe('valid')
})

test('bytes that are not what the file says are refused', async () => {
  expect(await validate(Buffer.from(text))).not.toBe('valid')
})
