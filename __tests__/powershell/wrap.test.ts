import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { commands } from '../../src/cli/commands.ts'
import { completionScript } from '../../src/cli/completion/completion.ts'
import { hookText } from '../../src/shell/hook.ts'
import { programs, runLines } from './run.ts'

jest.setTimeout(120_000)

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-powershell-')))
  // In the place of ca-sync and of Poetry: says what it was called with, and ends with a code of its own.
  const says = (name: string, code: number) =>
    `console.log(JSON.stringify(['${name}', ...process.argv.slice(2)])); process.exitCode = ${code}`
  await writeFile(at('main.cjs'), says('ca-sync', 7))
  await writeFile(at('poetry.cjs'), says('poetry', 3))
  await mkdir(at('bin'))
  await writeFile(at('bin', 'poetry.cmd'), `@"${process.execPath}" "${at('poetry.cjs')}" %*\r\n`)
  await writeFile(at('bin', 'poetry'), `#!/bin/sh\nexec '${process.execPath}' '${at('poetry.cjs')}' "$@"\n`, {
    mode: 0o755,
  })
  for (const name of ['app', 'other']) {
    await mkdir(at(name, 'sub'), { recursive: true })
    await writeFile(at(name, 'pyproject.toml'), '')
  }
  await writeFile(at('exec'), `${at('app')}\n`)
  await writeFile(at('hook.ps1'), hookText('powershell', { node: process.execPath, program: at('main.cjs') }, true))
  await writeFile(at('completion.ps1'), completionScript('powershell', commands))
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(programs)('%s', (program) => {
  const separator = process.platform === 'win32' ? ';' : ':'
  const poetry = (project: string) =>
    runLines(program, folder, [
      `$env:PATH = '${at('bin')}${separator}' + $env:PATH`,
      `. '${at('hook.ps1')}'`,
      `Set-Location '${at(...project.split('/'))}'`,
      'poetry add one --two',
      '"$LASTEXITCODE $($Error.Count)"',
    ])

  test.each(['app', 'app/sub'])('poetry in %s goes through exec, with its words and exit code', async (project) => {
    expect((await poetry(project)).split('\n')).toEqual(['["ca-sync","exec","--","poetry","add","one","--two"]', '7 0'])
  })

  test.each(['other', 'other/sub'])('poetry in %s is Poetry itself', async (project) => {
    expect((await poetry(project)).split('\n')).toEqual(['["poetry","add","one","--two"]', '3 0'])
  })

  test.each([
    ['ca-sync stat', ['status']],
    ['ca-sync sources decl', ['declare']],
    ['ca-sync doctor --off', ['--offline']],
    ['ca-sync env --format pow', ['powershell']],
    ['ca-sync no-such-command-', []],
  ])('Tab after %j', async (line, offered) => {
    const printed = await runLines(program, folder, [
      `. '${at('completion.ps1')}'`,
      `(TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches | ForEach-Object { $_.CompletionText }`,
    ])
    expect(printed.split('\n').filter((word) => word !== '')).toEqual(offered)
  })
})
