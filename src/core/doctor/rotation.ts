import { isLive } from '../memory/freshness.ts'
import type { ProjectRecord, TokenRecord } from '../memory/state.ts'
import type { Installed } from '../ports/schedule.ts'
import { formatSpan } from '../words/duration.ts'
import { type Check, type Diagnosed, fault, faultOf, ok, warning } from './check.ts'

/** Whether the token that the state knows still lives. @param now - epoch milliseconds */
export function tokenCheck(name: string, token: TokenRecord | undefined, now: number, { self }: Diagnosed): Check {
  if (token === undefined) return fault('token', `${name} is not synced yet.`, self, name)
  const left = (Date.parse(token.expiresAt) - now) / 1000
  if (isLive(token, now)) return ok('token', `valid for ${formatSpan(left)}`, name)
  return fault('token', `The token of ${name} expired ${formatSpan(-left)} ago.`, self, name)
}

/** How the last run on the project ended: what is still wrong has a check of its own. @param now - epoch milliseconds */
export function lastRunChecks(
  { ranAt, failure }: Pick<ProjectRecord, 'ranAt' | 'failure'>,
  now: number,
  { self }: Pick<Diagnosed, 'self'>,
): Check[] {
  if (ranAt === undefined) return []
  const ago = `${formatSpan((now - Date.parse(ranAt)) / 1000)} ago`
  if (failure === undefined) return [ok('last-run', `went well, ${ago}`)]
  return [warning('last-run', `The last run failed ${ago}: ${failure.message}`, self)]
}

export interface Renewal {
  /** In the words of a message: `systemd user timer`. */
  readonly title: string
  readonly installed: Installed
  /** The Node or the program that the job would not find. */
  readonly gone: readonly string[]
  /** Shells whose start-up files have the hook, and in which it runs. */
  readonly hooks: readonly string[]
  /** Those in which it has not run for long, or never. */
  readonly silent: readonly string[]
}

const installCommand = 'ca-sync schedule install'

/** PowerShell cannot be asked, and never comes to the hook where it reads no start-up file. */
const whyNot = (shell: string): string =>
  shell === 'powershell'
    ? 'either Get-ExecutionPolicy says Restricted (then type: Set-ExecutionPolicy -Scope CurrentUser RemoteSigned), or it is in Constrained Language Mode, which lets no hook run.'
    : `ca-sync hook install ${shell} says why.`

const unhooked = ([shell]: readonly string[]): string =>
  shell === undefined
    ? 'no login hook.'
    : `the login hook of ${shell} has not run. Open a new ${shell} and look again; if it stays so, ${whyNot(shell)}`

export function scheduleCheck({ title, installed, gone, hooks, silent }: Renewal): Check {
  const isMissing = installed.state === 'missing'
  if (isMissing && hooks.length > 0) return ok('schedule', `no job, but the login hook of ${hooks.join(', ')}`)
  const nothing = `Nothing renews the tokens before they expire: no job, and ${unhooked(silent)}`
  if (isMissing) return warning('schedule', nothing, installCommand)
  const says = (what: string, fix = installCommand) => fault('schedule', `The ${title} ${what}`, fix)
  if (gone.length > 0) return says(`would not find ${gone.join(' and ')}.`)
  if (installed.state === 'differs') return says('is not as it should be.')
  const notes = installed.notes.join(' ')
  const { message = notes, hint = installCommand } = installed.stopped ?? {}
  const idle = `The ${title} is there, but will not run. ${message}`.trim()
  if (!installed.active) return faultOf('schedule', { message: idle, hint })
  return notes === ''
    ? ok('schedule', `${title}, every 30 minutes`)
    : warning('schedule', `The ${title} runs. ${notes}`, 'ca-sync schedule status')
}
