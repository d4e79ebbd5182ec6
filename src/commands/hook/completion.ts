import { type Shell, shells } from '../../core/ports/shell.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { StartupFiles } from '../../run.ts'
import type { CompletionArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { noPowerShell, ownShell } from './hook.ts'

type Parts = Pick<Machine, 'host' | 'warnings' | 'startup'>

/** The completion of a shell: printed, written where the shell reads it, or taken out again. */
export async function completion(machine: Parts, args: CompletionArguments): Promise<ExitCode> {
  const { action, shells: named = [], json, script } = args
  if (action !== 'install' && action !== 'uninstall') {
    if (named.length > 0)
      throw new CaSyncError('USAGE', 'One script is printed at a time.', { hint: `Type: ca-sync completion ${action}` })
    const text = await script(action ?? ownShell(machine, 'completion'))
    if (json) tellDone(machine, args, { completion: { script: text } }, '')
    else machine.host.reveal(text)
    return EXIT.ok
  }
  const startup = await machine.startup()
  const isInstall = action === 'install'
  const all = () => (isInstall ? [ownShell(machine, 'completion')] : shells)
  const change = async (shell: Shell) =>
    isInstall ? installCompletion(startup, shell, await script(shell)) : uninstallCompletion(startup, shell)
  const lines: string[] = []
  for (const shell of named.length > 0 ? named : all()) lines.push(...(await change(shell)))
  const text = lines.length > 0 ? lines : ['There is no completion to take out.']
  tellDone(machine, args, { completion: { done: text } }, text.map((line) => `${printable(line)}\n`).join(''))
  return EXIT.ok
}

async function installCompletion(startup: StartupFiles, shell: Shell, text: string): Promise<string[]> {
  const { script, files } = await startup.completion(shell)
  if (shell === 'powershell' && files.length === 0) throw noPowerShell()
  await startup.put(script, text, 'completion')
  for (const file of files) await startup.put(file, startup.reading(shell, script), 'completion')
  return [`${shell}: completion is in ${[script, ...files].join(' and ')}. It works in every new ${shell}.`]
}

export async function uninstallCompletion(startup: StartupFiles, shell: Shell): Promise<string[]> {
  const { script, files } = await startup.completion(shell)
  const lines: string[] = []
  for (const file of [...files, script])
    if ((await startup.take(file, 'completion')) !== 'absent')
      lines.push(`${shell}: took the completion out of ${file}`)
  return lines
}
