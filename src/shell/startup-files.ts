import { execFile } from 'node:child_process'
import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CaSyncError } from '../core/errors.ts'
import type { Host } from '../core/host.ts'
import type { Shell, StartupFiles, StartupPlaces } from '../core/shell.ts'
import { writeFile } from '../files/atomic.ts'
import { readBytes } from '../files/read.ts'
import { unwritable } from '../files/system-errors.ts'
import { hookText } from './hook.ts'
import { isDamaged, withBlock, withoutBlock } from './hook-block.ts'

type Around = Pick<Host, 'env' | 'home'>

export const createStartupFiles = (around: Around): StartupFiles => ({
  hook: hookText,
  places: (shell) => places(shell, around),
  read: readBinary,
  put,
  take,
})

async function put(file: string, hook: string): Promise<boolean> {
  const before = await readSound(file)
  const after = withBlock(before, hook)
  if (after !== before) await write(file, after)
  return after !== before
}

async function take(file: string): Promise<'absent' | 'taken' | 'removed'> {
  const before = await readSound(file)
  const after = before === undefined ? undefined : withoutBlock(before)
  if (after === before) return 'absent'
  if (after !== undefined) {
    await write(file, after)
    return 'taken'
  }
  try {
    // A link to the file stays.
    await rm(await realpath(file))
  } catch (error) {
    throw unwritable(file, error)
  }
  return 'removed'
}

// Others may read a new file, as most people's umask has it.
const write = (file: string, text: string): Promise<void> =>
  writeFile(file, Buffer.from(text, 'latin1'), { mode: 0o644, keepMode: true })

async function readSound(file: string): Promise<string | undefined> {
  const text = await readBinary(file)
  if (text === undefined || !isDamaged(text)) return text
  throw new CaSyncError(
    'FILE_UNWRITABLE',
    `The block of the ca-sync hook in ${file} has lost its first or its last line.`,
    'Take what is left of it out with an editor, then type the same again.',
  )
}

async function readBinary(file: string): Promise<string | undefined> {
  const text = (await readBytes(file))?.toString('latin1')
  if (text === undefined || !/^(?:\xff\xfe|\xfe\xff)/.test(text)) return text
  throw new CaSyncError('FILE_UNWRITABLE', `${file} is UTF-16 text.`, 'Save it as UTF-8, then type the same again.')
}

async function places(shell: Shell, { env, home }: Around): Promise<StartupPlaces> {
  const at = (...names: string[]) => join(home, ...names)
  switch (shell) {
    case 'bash':
      return { files: [at('.bashrc')], login: [at('.bash_profile'), at('.bash_login'), at('.profile')] }
    case 'zsh':
      return { files: [join(env['ZDOTDIR'] || home, '.zshrc')], login: [] }
    case 'fish':
      return { files: [join(env['XDG_CONFIG_HOME'] || at('.config'), 'fish', 'conf.d', 'ca-sync.fish')], login: [] }
    case 'powershell':
      return { files: await profiles(env), login: [] }
  }
}

/** Each PowerShell tells its own: the folder of documents may be anywhere (OneDrive). */
async function profiles(env: Host['env']): Promise<string[]> {
  const script = '[Console]::OutputEncoding = [Text.Encoding]::UTF8; $PROFILE.CurrentUserCurrentHost'
  const ask = (program: string) =>
    promisify(execFile)(program, ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script], {
      env,
      timeout: 30_000,
      windowsHide: true,
    }).then(
      ({ stdout }) => [stdout.replace(/^\ufeff/, '').trim()],
      () => [],
    )
  const answers = await Promise.all(['pwsh', 'powershell'].map(ask))
  return [...new Set(answers.flat())].filter((path) => path !== '')
}
