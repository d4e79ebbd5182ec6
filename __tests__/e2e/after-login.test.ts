import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { writeProgram } from './poetry-install.ts'
import { blocksOf, page } from './readme.ts'

const [, recipes = ''] = page('renewal').split('## In the foreground')
const [posix = ''] = blocksOf('sh', recipes)
const [fish = ''] = blocksOf('fish', recipes)
const alias = /sso-login = !(.*)/.exec(blocksOf('ini', recipes)[0] ?? '')?.[1] ?? ''

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-after-login-'))
  await writeProgram(join(dir, 'bin/aws'), '#!/bin/sh\necho "aws $*"\nexit "$CODE"\n')
  await writeProgram(join(dir, 'bin/ca-sync'), '#!/bin/sh\necho "ca-sync $*"\n')
})
afterEach(() => rm(dir, { recursive: true }))

const type = (shell: string, lines: string, CODE = '0') =>
  run(shell, ['-c', lines], { env: { PATH: `${dir}/bin:/usr/bin:/bin`, HOME: dir, CODE } })

describe.each([
  ['bash', `set -u\n${posix}`],
  ['zsh', `set -u\n${posix}`],
  ['fish', fish],
])('the function for %s', (shell, lines) => {
  test.each([
    ['aws sso login --profile dev', '0', 0, 'aws sso login --profile dev\nca-sync --all\n'],
    ['aws sso login', '7', 7, 'aws sso login\n'],
    ['aws sso logout', '0', 0, 'aws sso logout\n'],
    ['aws s3 ls', '3', 3, 'aws s3 ls\n'],
    ['aws', '0', 0, 'aws \n'],
  ])('%s, which ends with %s', async (line, awsCode, code, stdout) => {
    expect(await type(shell, `${lines}\n${line}`, awsCode)).toMatchObject({ code, stdout, stderr: '' })
  })
})

// The AWS CLI runs an alias that begins with `!` in sh, with its words behind it.
test('the alias for the AWS CLI', async () => {
  const line = `${alias} --profile dev`
  expect(await type('sh', line)).toMatchObject({ code: 0, stdout: 'aws sso login --profile dev\nca-sync --all\n' })
  expect(await type('sh', line, '7')).toMatchObject({ code: 7, stdout: 'aws sso login --profile dev\n' })
})
