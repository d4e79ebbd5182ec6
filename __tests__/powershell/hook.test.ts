import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { runOnWindows } from '../../scripts/windows/run.ts'
import { isProgram, onPath } from '../../src/programs/find.ts'
import { hookText } from '../../src/shell/hook.ts'

jest.setTimeout(120_000)

// Each PowerShell of this machine; where there is none, jest.config.js leaves this folder out.
const search = { env: process.env, platform: process.platform }
const programs = ['pwsh', 'powershell'].filter((name) => onPath(name, search).some(isProgram))

let folder: string
let hook: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-powershell-'))
  hook = join(folder, 'hook.ps1')
  await writeFile(hook, hookText('powershell', { node: process.execPath, program: join(folder, 'main.cjs') }))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs lines as a script, with the hook as `$hook`. */
async function run(program: string, ...lines: readonly string[]): Promise<string> {
  const script = join(folder, 'script.ps1')
  await writeFile(script, [`$hook = '${hook}'`, ...lines].join('\n'))
  const words = ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', script]
  const path = onPath(program, search).find(isProgram) ?? program
  const env = { ...process.env, CA_SYNC_STATE_DIR: folder }
  const { stdout, stderr } = await runOnWindows({ words: [path, ...words], env, cwd: folder, timeoutMs: 60_000 })
  expect(stderr).toBe('')
  return stdout.trim()
}

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
