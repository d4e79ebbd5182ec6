import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { hookText } from '../../src/shell/hook.ts'
import { programs, runLines } from './run.ts'

jest.setTimeout(120_000)

let folder: string
let hook: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-powershell-'))
  hook = join(folder, 'hook.ps1')
  await writeFile(hook, hookText('powershell', { node: process.execPath, program: join(folder, 'main.cjs') }))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs lines as a script, with the hook as `$hook`. */
const run = (program: string, ...lines: readonly string[]): Promise<string> =>
  runLines(program, folder, [`$hook = '${hook}'`, ...lines])

describe.each(programs)('%s', (program) => {
  test('the prompt stays what it was, also under StrictMode, and there are no errors of ours', async () => {
    const printed = await run(
      program,
      'Set-StrictMode -Version Latest',
      "function global:prompt { 'mine> ' }",
      '. $hook',
      'prompt',
      'prompt',
      '"$($Error.Count)"',
    )
    expect(printed.split('\n')).toEqual(['mine> ', 'mine> ', '0'])
  })

  test('the first prompt leaves a trace for doctor, a later one none', async () => {
    const trace = `Remove-Item '${join(folder, 'hook-powershell')}' -ErrorAction Stop`
    await run(program, '. $hook', 'prompt', trace, 'prompt')
    expect(await readdir(folder)).not.toContain('hook-powershell')
  })

  test('where ca-sync has no state yet, a later prompt leaves it', async () => {
    const state = join(folder, 'later')
    const again = '$global:__ca_sync_wait = 0'
    await run(
      program,
      `$env:CA_SYNC_STATE_DIR = '${state}'`,
      '. $hook',
      'prompt',
      again,
      'prompt',
      `New-Item -ItemType Directory '${state}' | Out-Null`,
      again,
      'prompt',
    )
    expect(await readdir(state)).toEqual(['hook-powershell'])
  })

  test('loaded twice it wraps the prompt once; a theme that was loaded since is wrapped, too', async () => {
    const printed = await run(
      program,
      "function global:prompt { 'mine> ' }",
      '. $hook',
      '. $hook',
      'prompt',
      "function global:prompt { 'theme> ' }",
      '. $hook',
      'prompt',
      "if ($function:prompt -match '__ca_sync_hook') { 'wrapped' }",
    )
    expect(printed.split('\n')).toEqual(['mine> ', 'theme> ', 'wrapped'])
  })

  test('the prompt that was there sees $? and $LASTEXITCODE as they are', async () => {
    const printed = await run(
      program,
      'function global:prompt { "$? $LASTEXITCODE> " }',
      '. $hook',
      '$global:LASTEXITCODE = 7',
      "Get-Item 'no such file' -ErrorAction Ignore",
      'prompt',
      '$null = 1',
      'prompt',
      '"$LASTEXITCODE"',
    )
    expect(printed.split('\n')).toEqual(['False 7> ', 'True 7> ', '7'])
  })

  test('Constrained Language Mode is told of, and the prompt left alone', async () => {
    const printed = await run(
      program,
      "function global:prompt { 'mine> ' }",
      "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'",
      '. $hook 3>&1',
      'prompt',
    )
    expect(printed.replaceAll(/\s+/g, ' ')).toMatch(/ca-sync schedule install mine>$/)
  })
})
