import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { textStamp } from '../../src/core/memory/text-stamp.ts'
import { fileStamp } from '../../src/files/stamp.ts'
import { environmentStamp } from '../../src/state/stamp.ts'

describe('a file', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ca-sync-stamp-'))
  })
  afterAll(() => rm(dir, { recursive: true }))

  const fresh = async () => {
    const file = join(dir, 'file')
    await writeFile(file, 'one')
    await utimes(file, 1, 1)
    return file
  }

  test('has one stamp while nobody touches it', async () => {
    const file = await fresh()
    expect(fileStamp(file)).toBe(fileStamp(file))
  })

  test.each([
    ['its size', (file: string) => writeFile(file, 'longer')],
    ['its time', (file: string) => utimes(file, 2, 2)],
    [
      'its inode, with size and time as they were',
      async (file: string) => {
        await writeFile(`${file}.new`, 'two')
        await utimes(`${file}.new`, 1, 1)
        await rename(`${file}.new`, file)
      },
    ],
    ['its being there', (file: string) => rm(file)],
  ])('another one when it changes %s', async (_, change) => {
    const file = await fresh()
    const before = fileStamp(file)
    await change(file)
    expect(fileStamp(file)).not.toBe(before)
  })

  test.each(['absent', 'absent/deeper', '\0'])('%j has none', (name) => {
    expect(fileStamp(`${dir}/${name}`)).toBe('-')
  })
})

describe('the environment', () => {
  const base = { HOME: '/home/me', AWS_PROFILE: 'dev' }

  test.each([
    { AWS_PROFILE: 'other' },
    { AWS_ACCESS_KEY_ID: 'x' },
    { AWS_SECRET_ACCESS_KEY: 'x' },
    { CA_SYNC_POETRY: 'x' },
    { POETRY_CONFIG_DIR: 'x' },
    { POETRY_HTTP_BASIC_DEV_PASSWORD: 'x' },
    { POETRY_REPOSITORIES_X_URL: 'x' },
    { POETRY_KEYRING_ENABLED: 'x' },
    { PYTHON_KEYRING_BACKEND: 'x' },
    { PYTHON_KEYRING_BACKEND: '' },
    { XDG_CONFIG_HOME: 'x' },
    { DBUS_SESSION_BUS_ADDRESS: 'x' },
  ])('%j matters', (more) => {
    expect(environmentStamp({ ...base, ...more })).not.toBe(environmentStamp(base))
  })

  test.each([
    { PATH: 'x' },
    { AWS_ROLE_ARN: '' },
    { TERM: 'x' },
    { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'x' },
  ])('%j does not', (more) => {
    expect(environmentStamp({ ...base, ...more })).toBe(environmentStamp(base))
  })

  test('the path of a token file counts', () => {
    const at = (path: string) => environmentStamp({ AWS_WEB_IDENTITY_TOKEN_FILE: path })
    expect(at('/one')).not.toBe(at('/two'))
  })

  test('where the bus is, which changes with each login, does not', () => {
    const at = (address: string) => environmentStamp({ DBUS_SESSION_BUS_ADDRESS: address })
    expect(at('unix:abstract=/tmp/dbus-1')).toBe(at('unix:abstract=/tmp/dbus-2'))
  })

  test('in any order', () => {
    expect(environmentStamp({ AWS_REGION: 'a', AWS_PROFILE: 'b' })).toBe(
      environmentStamp({ AWS_PROFILE: 'b', AWS_REGION: 'a' }),
    )
  })

  test.each(['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'POETRY_HTTP_BASIC_DEV_PASSWORD', 'POETRY_PYPI_TOKEN_DEV'])(
    'the value of %s goes nowhere',
    (name) => {
      expect(environmentStamp({ [name]: 'one' })).toBe(environmentStamp({ [name]: 'two' }))
    },
  )
})

test('texts', () => {
  expect([textStamp(''), textStamp('a'), textStamp('b')]).toEqual(['811c9dc5', 'e40c292c', 'e70c2de5'])
})
