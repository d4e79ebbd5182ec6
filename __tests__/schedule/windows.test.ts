import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { decodeTask, encodeTask, sidIn, windowsFile, windowsRuns } from '../../src/schedule/windows.ts'
import { job } from './jobs.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-task-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const sid = 'S-1-5-21-1004336348-1177238915-682003330-1001'
const programs = {
  node: 'C:\\Program Files\\nodejs\\node.exe',
  program: "C:\\Users\\K & J's <é>\\AppData\\Roaming\\npm\\node_modules\\ca-sync\\dist\\main.cjs",
}
const { name, text } = windowsFile(job(programs), sid)

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

test('it is UTF-16 with a byte-order mark and line ends of Windows', () => {
  const bytes = encodeTask(text)
  expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0])
  expect(bytes.toString('utf16le')).not.toMatch(/(?<!\r)\n/)
  expect(decodeTask(bytes)).toBe(text)
})

test('what the schema cannot know: it starts at its minute, in the console-less host, as its own user', () => {
  expect(text).toContain('<Principal id="Author">')
  expect(text).toContain('<Actions Context="Author">')
  expect(text).toContain('<StartBoundary>2024-01-01T00:07:00</StartBoundary>')
  expect(text).toContain('<Command>%SystemRoot%\\System32\\conhost.exe</Command>')
  expect(text).toMatch(/<Arguments>--headless &quot;C:\\Program Files.* --all --unattended --quiet<\/Arguments>/)
  expect(text.match(new RegExp(`<UserId>${sid}</UserId>`, 'g'))).toHaveLength(3)
  for (const flag of ['DisallowStartIfOnBatteries', 'StopIfGoingOnBatteries']) expect(text).toContain(`<${flag}>false<`)
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

test.each([
  [`"machine\\kim","${sid}"\r\n`, sid],
  ['"AzureAD\\Kim, J.","S-1-12-1-2043"\r\n', 'S-1-12-1-2043'],
  ['', undefined],
  ['ERROR: something', undefined],
])('the SID in %j', (answer, found) => {
  expect(sidIn(answer)).toBe(found)
})
