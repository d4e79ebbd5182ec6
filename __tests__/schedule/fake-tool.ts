import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { runner } from '../../src/schedule/run.ts'

/** Puts a shell script on PATH in the place of a tool that this system has not, or not with that fault. Each call is a line of `calls`. */
export async function fakeTool(dir: string, name: string, script: string): Promise<void> {
  await mkdir(join(dir, 'bin'), { recursive: true })
  const text = `#!/bin/sh\ncd "${dir}"\nprintf '%s\\n' "$*" >>calls\n${script}`
  await writeFile(join(dir, 'bin', name), text, { mode: 0o755 })
}

/** Runs tools with those of `dir` first. */
export const runnerWith = (dir: string, limitMs?: number) => {
  const env = { PATH: `${join(dir, 'bin')}:${process.env['PATH']}` }
  return runner({ env, platform: process.platform, uid: process.getuid?.() }, limitMs)
}

export const callsOf = async (dir: string): Promise<string[]> =>
  (await readFile(join(dir, 'calls'), 'utf8')).trim().split('\n')
