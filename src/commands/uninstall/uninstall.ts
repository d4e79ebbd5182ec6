import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { shells } from '../../core/ports/shell.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import { stateDir } from '../../files/places.ts'
import type { Machine } from '../../machine.ts'
import type { UninstallArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { uninstallCompletion } from '../hook/completion.ts'
import { uninstallHook } from '../hook/hook.ts'
import { logout } from '../logout/logout.ts'
import { uninstallAll } from '../schedule/schedule.ts'

/** Takes everything of ca-sync's off this machine, but for the program itself. */
export async function uninstall(machine: Machine, args: UninstallArguments): Promise<ExitCode> {
  await confirm(machine, args)
  const everything = { all: true, project: undefined, source: undefined }
  const removed = await logout(machine, { ...args, ...everything, json: false, quiet: true })
  if (removed !== EXIT.ok) return removed
  const scheduling = await machine.scheduling()
  const jobs = await uninstallAll(scheduling.usual, scheduling)
  const startup = await machine.startup()
  const done = [
    'Removed all tokens, entries and lines that ca-sync wrote.',
    ...jobs.map(({ title }) => `Uninstalled: the ${title}.`),
  ]
  await uninstallHook(startup, shells, (text) => done.push(text))
  for (const shell of shells) done.push(...(await uninstallCompletion(startup, shell)))
  const dir = stateDir(machine.host)
  for (const name of ['state.json', 'next', 'notice', 'job', 'watch']) await rm(join(dir, name), { force: true })
  // It stays where something else is in it.
  await rmdir(dir).catch(() => undefined)
  done.push('What is left is the program. Type: npm uninstall --global ca-sync (or: pipx uninstall ca-sync)')
  tellDone(machine, args, { done }, done.map((line) => `${printable(line)}\n`).join(''))
  return EXIT.ok
}

/** @throws CaSyncError USAGE */
async function confirm({ host }: Machine, { yes }: UninstallArguments): Promise<void> {
  if (yes) return
  const all = 'all tokens, jobs, hooks, completion and the state of ca-sync'
  const what = `Nothing was removed: uninstall removes ${all}.`
  const refusal = new CaSyncError('USAGE', what, { hint: 'Type: ca-sync uninstall --yes' })
  if (!host.canAsk) throw refusal
  host.stderr(`Remove ${all}? [y/N] `)
  if (!/^y(?:es)?$/i.test((await host.readLine())?.trim() ?? '')) throw refusal
}
