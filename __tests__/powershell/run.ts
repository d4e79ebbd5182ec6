import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { expect } from '@jest/globals'
import { runOnWindows } from '../../scripts/windows/run.ts'
import { isProgram, onPath } from '../../src/programs/find.ts'

const search = { env: process.env, platform: process.platform }
const pathOf = (name: string) => onPath(name, search).find(isProgram)

/** Each PowerShell of this machine; where there is none, jest.config.js leaves this folder out. */
export const programs = ['pwsh', 'powershell'].filter((name) => pathOf(name) !== undefined)

/** Runs lines as a script in a folder that is also the state folder; what it has printed, if it had no complaint. */
export async function runLines(program: string, folder: string, lines: readonly string[]): Promise<string> {
  const script = join(folder, 'script.ps1')
  // Windows PowerShell takes a file without a mark for one of the old code page.
  await writeFile(script, ['\ufeff# as a user would', ...lines].join('\n'))
  const words = ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', script]
  const env = { ...process.env, CA_SYNC_STATE_DIR: folder }
  const call = { words: [pathOf(program) ?? program, ...words] as const, env, cwd: folder, timeoutMs: 60_000 }
  const { stdout, stderr } = await runOnWindows(call)
  expect(stderr).toBe('')
  return stdout.trim()
}
