// Needs a Mac or Windows: a CI's machine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, jest, test } from '@jest/globals'
import { runOnWindows } from '../../scripts/windows/run.ts'
import { hookText } from '../../src/shell/hook.ts'

jest.setTimeout(120_000)

// Git Bash, bash 3.2 and the zsh of macOS.
const shells: readonly ['bash' | 'zsh', string][] =
  process.platform === 'win32'
    ? [['bash', 'C:\\Program Files\\Git\\bin\\bash.exe']]
    : [
        ['bash', '/bin/bash'],
        ['zsh', '/bin/zsh'],
      ]

test.each(shells)(
  '%s (%s) takes the hook, with a state folder that says that nothing is due, without a word',
  async (shell, path) => {
    const folder = await mkdtemp(join(tmpdir(), 'ca-sync-hook-'))
    try {
      const hook = join(folder, 'hook')
      await writeFile(hook, hookText(shell, { node: process.execPath, program: join(folder, 'main.cjs') }, true))
      await writeFile(join(folder, 'next'), '99999999999\n')
      const script = `. '${hook.replaceAll('\\', '/')}'; __ca_sync_hook; (exit 7); __ca_sync_hook; echo $?; type poetry`
      const env = { ...process.env, CA_SYNC_STATE_DIR: folder, HISTFILE: '' }
      const none = shell === 'bash' ? ['--norc', '--noprofile'] : ['-f']
      const words = [path, ...none, '-ic', script] as const
      const { stdout } = await runOnWindows({ words, env, cwd: folder, timeoutMs: 30_000 })
      expect(stdout).toMatch(/^7\npoetry is a (?:shell )?function/)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
