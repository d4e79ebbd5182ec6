import { type Shell, shellOf, shells, wrapMark } from '../../core/ports/shell.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { StartupFiles } from '../../run.ts'
import type { HookArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { refuseSudo } from '../refuse.ts'

type Parts = Pick<Machine, 'host' | 'warnings' | 'warn' | 'startup'>

type Say = (text: string) => void

/** The login hook: printed, written into start-up files, or taken out of them. */
export async function hook(machine: Parts, args: HookArguments): Promise<ExitCode> {
  const { action, shells: named = [], json, wrap, noWrap } = args
  const done: string[] = []
  if (wrap && noWrap)
    throw new CaSyncError('USAGE', '--wrap and --no-wrap go not together.', {
      hint: `Type: ca-sync hook ${action} --wrap`,
    })
  const say: Say = (text) => void done.push(printable(text))
  if (action === 'install') {
    const startup = await machine.startup()
    refuseSudo(machine, "the hook would be in root's shells, and renew nothing of yours.")
    for (const shell of named.length > 0 ? named : [ownShell(machine, 'hook')])
      await installHook(machine, startup, shell, args, say)
  } else if (action === 'uninstall') {
    await uninstallHook(await machine.startup(), named.length > 0 ? named : shells, say)
  } else {
    if (named.length > 0)
      throw new CaSyncError('USAGE', 'One hook is printed at a time.', { hint: `Type: ca-sync hook ${action}` })
    const text = await textFor(machine, action, wrap)
    if (json) tellDone(machine, args, { hook: { script: text } }, '')
    else machine.host.reveal(text)
    return EXIT.ok
  }
  tellDone(machine, args, { hook: { done } }, done.map((line) => `${line}\n`).join(''))
  return EXIT.ok
}

/** @throws CaSyncError USAGE */
export function ownShell({ host: { env, platform } }: Pick<Machine, 'host'>, what: 'hook' | 'completion'): Shell {
  const path = env['SHELL']
  const shell = shellOf(path, platform)
  if (shell !== undefined) return shell
  const reason = path ? `There is no ${what} for your shell, ${path}.` : 'SHELL does not say what your shell is.'
  throw new CaSyncError('USAGE', reason, { hint: `Name one: ca-sync ${what} install ${shells.join('|')}` })
}

/** @throws CaSyncError SCHEDULE_REFUSED */
async function textFor({ host }: Pick<Machine, 'host'>, shell: Shell, wraps: boolean, warn?: Say): Promise<string> {
  const { stablePrograms } = await import('../../schedule/stable-programs.ts')
  const { hookText } = await import('../../shell/hook.ts')
  const { programs, warnings } = stablePrograms(host, 'ca-sync hook install')
  // What is printed is evaluated by each shell anew: an upgrade does it no harm.
  if (warn) warnings.forEach(warn)
  return hookText(shell, programs, wraps)
}

async function installHook(
  machine: Pick<Machine, 'host' | 'warnings' | 'warn' | 'startup'>,
  startup: StartupFiles,
  shell: Shell,
  { wrap, noWrap }: Pick<HookArguments, 'wrap' | 'noWrap'>,
  say: Say,
): Promise<void> {
  const { files, login } = await startup.places(shell)
  if (files.length === 0) throw noPowerShell()
  for (const file of files) {
    const wraps = wrap || (!noWrap && (await startup.read(file))?.includes(wrapMark) === true)
    const isNew = await startup.put(file, await textFor(machine, shell, wraps, machine.warn), 'hook')
    say(`${shell}: ${isNew ? `wrote the hook into ${file}` : `the hook is in ${file} already.`}`)
    const has = await startup.hasHook(shell)
    if (has === false) machine.warn(`A new ${shell} does not have the hook. ${whyUnhooked(shell, file)}`)
    else if (isNew) say(`  It works in every new ${shell}. In this one, type: ${startNow[shell]}`)
  }
  const note = await loginNote(startup, files[0], login)
  if (note !== undefined) machine.warn(note)
}

/** It alone has to be asked for its start-up files. */
export const noPowerShell = (): CaSyncError =>
  new CaSyncError('USAGE', 'PowerShell was not found.', { hint: 'Install it, or name another shell.' })

const undone: Partial<Record<Shell, string>> = {
  bash: 'PROMPT_COMMAND is read-only there, or set anew further down',
  zsh: 'precmd_functions is set anew further down',
  fish: '__ca_sync_hook is erased later on',
}

const whyUnhooked = (shell: Shell, file: string): string =>
  `Either it does not come to the end of ${file}, or ${undone[shell]}. Mend that, or let a job renew your tokens: ca-sync schedule install`

const startNow: Record<Shell, string> = {
  bash: 'exec bash',
  zsh: 'exec zsh',
  fish: 'exec fish',
  powershell: '. $PROFILE   (where scripts are disabled, first: Set-ExecutionPolicy -Scope CurrentUser RemoteSigned)',
}

const readRc = '[ -f ~/.bashrc ] && . ~/.bashrc'

/** A login shell of bash (each one on macOS, those of ssh elsewhere) does not read ~/.bashrc by itself. */
async function loginNote(startup: StartupFiles, file: string | undefined, login: readonly string[]) {
  for (const path of login) {
    const text = await startup.read(path)
    if (text?.includes('bashrc')) return undefined
    if (text !== undefined) return `Login shells read ${path}, and not ${file}. Add this line to it: ${readRc}`
  }
  if (login.length === 0) return undefined
  return `Login shells do not read ${file}. Put this line into ~/.bash_profile: ${readRc}`
}

export async function uninstallHook(startup: StartupFiles, from: readonly Shell[], say: Say): Promise<void> {
  let found = false
  for (const shell of from) {
    await startup.forget(shell)
    for (const file of (await startup.places(shell)).files) {
      const result = await startup.take(file, 'hook')
      if (result === 'absent') continue
      say(
        `${shell}: took the hook out of ${file}${result === 'removed' ? ', which held nothing else and is gone' : ''}`,
      )
      found = true
    }
  }
  say(found ? '  Shells that are open keep it until they end.' : 'There is no hook to take out.')
}
