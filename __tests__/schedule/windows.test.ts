import { expect, test } from '@jest/globals'
import { decodeTask, encodeTask, sidIn } from '../../src/schedule/windows.ts'
import { sid, text } from './windows-task.ts'

test('it is UTF-16 with a byte-order mark and line ends of Windows', () => {
  const bytes = encodeTask(text)
  expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0])
  expect(bytes.toString('utf16le')).not.toMatch(/(?<!\r)\n/)
  expect(decodeTask(bytes)).toBe(text)
})

test('what the schema cannot know: it starts at its minute, in the console-less host, as its own user', () => {
  expect(text).toContain('<Principal id="Author">')
  expect(text).toContain('<Actions Context="Author">')
  expect(text).toContain('<StartBoundary>2024-01-01T00:07:23</StartBoundary>')
  expect(text).toContain('<Command>%SystemRoot%\\System32\\conhost.exe</Command>')
  expect(text).toMatch(/<Arguments>--headless &quot;C:\\Program Files.* --all --unattended --quiet<\/Arguments>/)
  expect(text.match(new RegExp(`<UserId>${sid}</UserId>`, 'g'))).toHaveLength(3)
  for (const flag of ['DisallowStartIfOnBatteries', 'StopIfGoingOnBatteries']) expect(text).toContain(`<${flag}>false<`)
})

test.each([
  [`"machine\\kim","${sid}"\r\n`, sid],
  ['"AzureAD\\Kim, J.","S-1-12-1-2043"\r\n', 'S-1-12-1-2043'],
  ['', undefined],
  ['ERROR: something', undefined],
])('the SID in %j', (answer, found) => {
  expect(sidIn(answer)).toBe(found)
})
