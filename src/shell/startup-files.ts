import { statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { place } from '../core/ports/full-path.ts'
import type { Block, Shell } from '../core/ports/shell.ts'
import { blockOf, blockPattern, isDamaged } from '../core/words/block.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { posixQuote, powershellQuote } from '../core/words/quote.ts'
import { type Edited, editFile } from '../files/edit.ts'
import { configHome, inHome, markOf, type Surroundings, stateDir, windowsPowerShell } from '../files/places.ts'
import { readBytes } from '../files/read.ts'
import type { Around as Helped } from '../programs/environment.ts'
import { runHelper } from '../programs/start.ts'
import { hasHook, zshFolder } from './probe.ts'

type ShellSurroundings = Surroundings & Helped

/** Start-up files of shells, in which most is the user's own: all of that stays to the byte. Throws CaSyncError FILE_UNWRITABLE. */
export const createStartupFiles = (around: ShellSurroundings) => ({
  places: (shell: Shell) => startupPlaces(shell, around),
  completion: (shell: Shell) => completionPlaces(shell, around),
  reading,
  /** The text of a file, one character a byte; undefined when there is none. */
  read: async (file: string): Promise<string | undefined> => binary(file, await readBytes(file)),
  put,
  take: takeBlock,
  /** Starts a new shell, and gives whether it has the hook; undefined where that cannot be seen. */
  hasHook: (shell: Shell) => hasHook(shell, around),
  /** When the hook last began to work in a new shell, in epoch milliseconds: it touches this at the first prompt. undefined for never. */
  ranAt: (shell: Shell): number | undefined =>
    statSync(markOf(`hook-${shell}`, around), { throwIfNoEntry: false })?.mtimeMs,
  forget: (shell: Shell) => rm(markOf(`hook-${shell}`, around), { force: true }),
})

/** Sees to it that a block of ours is in a file, once. Gives whether the file was written. */
const put = async (file: string, body: string, block: Block): Promise<boolean> =>
  (await edit(file, block, (text) => withBlock(text, body, block))) === 'written'

/** Takes the block out of a file; a file that was made for it, and holds nothing else, is removed. */
async function takeBlock(file: string, block: Block): Promise<'absent' | 'taken' | 'removed'> {
  const done = await edit(file, block, (text) => text && withoutBlock(text, block))
  return ({ same: 'absent', written: 'taken', removed: 'removed' } as const)[done]
}

// Others may read a new file, as most people's umask has it.
function edit(file: string, block: Block, change: (text: string | undefined) => string | undefined): Promise<Edited> {
  const rewrite = (bytes: Buffer | undefined) => {
    const after = change(sound(file, bytes, block))
    return after === undefined ? undefined : Buffer.from(after, 'latin1')
  }
  return editFile(file, rewrite, { mode: 0o644, keepMode: true })
}

function sound(file: string, bytes: Buffer | undefined, block: Block): string | undefined {
  const text = binary(file, bytes)
  if (text === undefined || !isDamaged(text, block)) return text
  const what = `The block of the ca-sync ${block} in ${file} has lost its first or its last line.`
  throw new CaSyncError('FILE_UNWRITABLE', what, {
    hint: 'Take what is left of it out with an editor, then type the same again.',
  })
}

function binary(file: string, bytes: Buffer | undefined): string | undefined {
  const text = bytes?.toString('latin1')
  if (text === undefined || !/^(?:\xff\xfe|\xfe\xff)/.test(text)) return text
  const what = `${file} is UTF-16 text.`
  throw new CaSyncError('FILE_UNWRITABLE', what, { hint: 'Save it as UTF-8, then type the same again.' })
}

/** Its start-up files; none where it is not installed. And those of which a login shell reads the first one there is, instead. */
async function startupPlaces(shell: Shell, around: ShellSurroundings): Promise<Record<'files' | 'login', string[]>> {
  const { env, platform } = around
  const at = (...names: string[]) => inHome(around, ...names)
  switch (shell) {
    case 'bash':
      return { files: [at('.bashrc')], login: [at('.bash_profile'), at('.bash_login'), at('.profile')] }
    case 'zsh':
      return {
        files: [join((await zshFolder(around)) ?? place(env, 'ZDOTDIR', platform) ?? at(), '.zshrc')],
        login: [],
      }
    case 'fish':
      return { files: [join(configHome(around), 'fish', 'conf.d', 'ca-sync.fish')], login: [] }
    case 'powershell':
      return { files: await profileFiles(around), login: [] }
  }
}

/** Where a shell's completion belongs: the script, and the start-up files that read it; none where the shell finds it by itself. */
async function completionPlaces(shell: Shell, around: ShellSurroundings) {
  if (shell === 'fish') return { script: join(configHome(around), 'fish', 'completions', 'ca-sync.fish'), files: [] }
  const script = join(stateDir(around), `completion.${shell === 'powershell' ? 'ps1' : shell}`)
  return { script, files: (await startupPlaces(shell, around)).files }
}

const reading = (shell: Shell, script: string): string =>
  shell === 'powershell'
    ? `if (Test-Path ${powershellQuote(script)}) { . ${powershellQuote(script)} }\n`
    : `[ ! -r ${posixQuote(script)} ] || . ${posixQuote(script)}\n`

/** Each PowerShell tells its own: the folder of documents may be anywhere (OneDrive). */
async function profileFiles(around: ShellSurroundings): Promise<string[]> {
  const script = '[Console]::OutputEncoding = [Text.Encoding]::UTF8; $PROFILE.CurrentUserCurrentHost'
  const words = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script]
  const ask = async (program: string) => {
    const { code, stdout } = await runHelper([program, ...words], around, { limitMs: 30_000 })
    const said = stdout.toString('utf8').replace(/^\ufeff/, '')
    return code === 0 ? said.trim() : ''
  }
  const older = around.platform === 'win32' ? windowsPowerShell(around.env) : 'powershell'
  const answers = await Promise.all(['pwsh', older].map(ask))
  return [...new Set(answers)].filter((path) => path !== '')
}

/**
 * Our block in a start-up file. A note behind its first line says what else we did to the file, so that taking the block out gives
 * the old file back to the byte. Files are text with one character a byte.
 */
const notes = { madeFile: ' (ca-sync made this file)', endedLine: ' (ca-sync ended the line above)' } as const

function render(body: string, note: string, name: Block): string {
  const managed = `# Written by \`ca-sync ${name} install\`; \`ca-sync ${name} uninstall\` takes it out.`
  return blockOf(name, note, `${managed}\n${Buffer.from(body).toString('latin1')}`)
}

/**
 * The file with the block in it, once: where it was, or at the end.
 * @param text - undefined when there is no file yet
 * @param body - whole lines
 */
export function withBlock(text: string | undefined, body: string, name: Block = 'hook'): string {
  if (text === undefined) return render(body, notes.madeFile, name)
  let found = 0
  const replaced = text.replace(blockPattern(name), (_, note: string) =>
    found++ === 0 ? render(body, note, name) : '',
  )
  if (found > 0) return replaced
  return text === '' || text.endsWith('\n')
    ? text + render(body, '', name)
    : `${text}\n${render(body, notes.endedLine, name)}`
}

/** The file without the block; undefined when nothing is left of a file that we made. */
export function withoutBlock(text: string, name: Block = 'hook'): string | undefined {
  let made = false
  const rest = text.replace(
    new RegExp(`(\\n?)${blockPattern(name).source}`, 'gm'),
    (all, before: string, note: string, at: number) => {
      made ||= note === notes.madeFile
      const endedLine = note === notes.endedLine && at + all.length === text.length
      return endedLine ? '' : before
    },
  )
  return made && rest === '' ? undefined : rest
}
