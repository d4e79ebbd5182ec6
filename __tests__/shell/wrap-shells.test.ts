// Needs zsh and fish.
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { run } from '../../scripts/testbed/run.ts'
import { wrapMark } from '../../src/core/ports/shell.ts'
import { hookText } from '../../src/shell/hook.ts'

let home: string
let env: Record<string, string>
const at = (...names: string[]): string => join(home, ...names)

/** Prints its words and its input, and ends with a code of its own. */
async function standIn(path: string, name: string, code: number): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(
    path,
    `#!/bin/sh\nprintf '%s:' '${name}'; printf ' <%s>' "$@"; read -r line; echo " $line"\nexit ${code}\n`,
  )
  await chmod(path, 0o755)
}

const programs = () => ({ node: at(`it's a $folder`, 'node'), program: at('main.cjs') })

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-wrap-')))
  env = cleanEnv(process.env, home, process.execPath)
  env['PATH'] = `${at('bin')}:${env['PATH']}`
  await standIn(at('bin', 'poetry'), 'poetry', 3)
  await standIn(programs().node, 'node', 7)
  for (const folder of ['app/sub', 'app/nested', 'other', 'none']) await mkdir(at(folder), { recursive: true })
  for (const folder of ['app', 'app/nested', 'other']) await writeFile(at(folder, 'pyproject.toml'), '')
  await symlink(at('app'), at('link'))
  await writeFile(programs().program, '')
  await mkdir(at('.local/state/ca-sync'), { recursive: true })
  await writeFile(at('.local/state/ca-sync/exec'), `${at('app')}\n/elsewhere\n`)
})
afterEach(() => rm(home, { recursive: true }))

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  const poetry = async (folder: string, ...words: string[]) => {
    await writeFile(at('hook'), hookText(shell, programs(), true))
    const script = `cd '${at(folder)}'; . '${at('hook')}'; poetry ${words.join(' ')}`
    const { code, stdout, stderr } = await run(shell, ['-c', script], { env, input: 'typed\n', cwd: home })
    return { code, stdout, stderr }
  }
  const plain = { code: 3, stdout: 'poetry: <add> <a b> <--x> typed\n', stderr: '' }
  const served = () => ({
    code: 7,
    stdout: `node: <${programs().program}> <exec> <--> <poetry> <add> <a b> <--x> typed\n`,
    stderr: '',
  })
  const words = ['add', "'a b'", '--x']

  test.each(['app', 'app/sub', 'link', 'link/sub'])(
    'goes through exec in %s, with its words, input and exit code',
    async (folder) => {
      expect(await poetry(folder, ...words)).toEqual(served())
    },
  )

  test.each(['app/nested', 'other', 'none', '.'])('is plain Poetry in %s', async (folder) => {
    expect(await poetry(folder, ...words)).toEqual(plain)
  })

  test('is plain Poetry where no project wants it, and where ca-sync is gone', async () => {
    await rm(programs().program)
    expect(await poetry('app', ...words)).toEqual(plain)
    await writeFile(programs().program, '')
    await rm(at('.local/state/ca-sync/exec'))
    expect(await poetry('app', ...words)).toEqual(plain)
  })

  test('follows the state folder, by full paths only', async () => {
    await mkdir(at('state/ca-sync'), { recursive: true })
    await writeFile(at('state/ca-sync/exec'), `${at('other')}\n`)
    env['XDG_STATE_HOME'] = at('state')
    expect(await poetry('other', ...words)).toEqual(served())
    env['CA_SYNC_STATE_DIR'] = at('.local/state/ca-sync')
    expect(await poetry('app', ...words)).toEqual(served())
    env['CA_SYNC_STATE_DIR'] = 'ca-sync'
    env['XDG_STATE_HOME'] = ''
    expect(await poetry('app', ...words)).toEqual(served())
  })

  test('is wrapped only if asked for', () => {
    expect(hookText(shell, programs())).not.toContain(wrapMark)
    expect(hookText(shell, programs(), true)).toContain(wrapMark)
  })
})
