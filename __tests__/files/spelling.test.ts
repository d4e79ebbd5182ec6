import { describe, expect, test } from '@jest/globals'
import { respelled } from '../../src/files/spelling.ts'

describe('one folder of Windows has one spelling', () => {
  test.each([
    ['the drive in lower case', 'c:\\Users\\me\\app', 'C:\\Users\\me\\app', 'C:\\Users\\me\\app'],
    ['names in another case', 'c:\\USERS\\ME\\App', 'C:\\Users\\me\\app', 'C:\\Users\\me\\app'],
    ['a short name', 'C:\\Users\\RUNNER~1\\app', 'C:\\Users\\runneradmin\\app', 'C:\\Users\\runneradmin\\app'],
    ['the system names the drive in lower case', 'C:\\app', 'c:\\app', 'C:\\app'],
    ['a mapped drive stays one', 'z:\\WORK\\app', '\\\\server\\share\\Work\\app', 'Z:\\Work\\app'],
    ['a drive that stands for a folder', 'x:\\app', 'C:\\Users\\me\\code\\App', 'X:\\App'],
    ['a drive that is a link of its own', 'x:\\app', 'C:\\elsewhere', 'X:\\app'],
    ["a server's folder", '\\\\SERVER\\share\\APP', '\\\\server\\share\\app', '\\\\server\\share\\app'],
    ['the top of a drive', 'd:\\', 'D:\\', 'D:\\'],
  ])('%s', (_, path, native, expected) => {
    expect(respelled(path, native)).toBe(expected)
  })
})
