import type { SourceRecord } from '../../core/memory/state.ts'
import type { Logout, Scope, Things } from '../../core/plan/logout.ts'
import { placeOfToken } from '../../core/plan/target.ts'
import type { Forgotten } from '../../core/ports/poetry-files.ts'
import { CaSyncError, type ErrorCode, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { grouped } from '../../core/words/group.ts'
import { printable, shellWord } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { LogoutArguments } from '../arguments.ts'
import { errorDocument, wholeDocument } from '../documents.ts'
import { describeCauses, describeError, shortName } from '../wording.ts'

type Parts = Pick<Machine, 'host' | 'warnings'>

export interface LogoutOutcome {
  readonly work: Logout
  readonly left: Things
  /** What became of Poetry's files, by path. */
  readonly files: ReadonlyMap<string, Forgotten>
  readonly errors: readonly CaSyncError[]
}

const list = (values: readonly string[]): string => [...new Set(values)].join(', ')

/** Tokens as people call them; more of each where others are called the same, and where a logout is about tokens in several files, which. */
function tokenTexts(
  { work: { goes, kept, marked } }: LogoutOutcome,
  tokens: readonly string[],
  word: 'from' | 'in',
): string[] {
  const all = Object.keys(marked.tokens).map(placeOfToken)
  const files = new Set([...goes.tokens, ...kept.tokens].map((key) => placeOfToken(key).file))
  const called = ({ domain, unlike }: (typeof all)[number]): string =>
    all.some((one) => one.domain === domain && one.unlike !== unlike) ? unlike : domain
  return grouped(tokens.map(placeOfToken), ({ file }) => file).map(([file, its]) => {
    const what = `the token of ${list(its.map(called))}`
    return file === undefined || files.size === 1 ? what : `${what} ${word} ${printable(file)}`
  })
}

const goneOf = ({ work: { goes }, left }: LogoutOutcome): Things => ({
  tokens: goes.tokens.filter((key) => !left.tokens.includes(key)),
  entries: goes.entries.filter((service) => !left.entries.includes(service)),
  names: goes.names.filter((name) => !left.names.includes(name)),
})

/** Names by repository: most projects have several names for one. */
function sourceLines(sources: readonly SourceRecord[]): string[] {
  const repositories = grouped(sources, shortName)
  return repositories.map(([repository, its]) => `Logged out: ${list(its.map(({ name }) => name))} (${repository}).`)
}

const fileTexts: Record<Forgotten, (path: string) => string> = {
  cleaned: (path) => `Took ca-sync's lines out of ${printable(path)}.`,
  removed: (path) => `Removed ${printable(path)}, in which nothing else was.`,
}

function removedLines(outcome: LogoutOutcome): string[] {
  const { tokens, entries } = goneOf(outcome)
  return [
    ...sourceLines(outcome.work.sources),
    ...outcome.work.gone.map((folder) => `Forgot ${printable(folder)}: it is no project any more (no pyproject.toml).`),
    ...entries.map((service) => `Removed from Poetry's keyring: ${service}.`),
    ...tokenTexts(outcome, tokens, 'from').map((what) => `Removed ${what}.`),
    ...[...outcome.files].map(([path, done]) => fileTexts[done](path)),
  ]
}

function keptLines(outcome: LogoutOutcome): string[] {
  const { kept } = outcome.work
  const things = [...kept.names, ...tokenTexts(outcome, kept.tokens, 'in')]
  if (things.length === 0) return []
  const users = kept.folders.map(printable).join(', ')
  return [`Kept: ${things.join(', ')}, still used in ${users}. To remove everything, type: ca-sync logout --all`]
}

function nothingToRemove({ folder, names }: Scope): string {
  const what = names === undefined ? 'nothing' : `no ${names.join(', ')}`
  const where = folder === undefined ? 'on this machine' : `for ${printable(folder)}`
  return `Nothing to remove: ca-sync has ${what} set up ${where}.`
}

export const logoutAgain = ({ all, project, source = [] }: Pick<LogoutArguments, 'all' | 'project' | 'source'>) =>
  [
    'ca-sync logout',
    ...(all ? ['--all'] : []),
    ...(project === undefined ? [] : ['-C', shellWord(project)]),
    ...(source.length === 0 ? [] : ['-s', ...source.map(shellWord)]),
  ].join(' ')

const desktop = 'Log in to the desktop session that has your keyring.'
const poetryAdvice = 'Install Poetry again, or set CA_SYNC_POETRY to the path of a poetry that works.'

/** What a person does before typing the same again. */
const advice: Partial<Record<ErrorCode, string>> = {
  KEYRING_LOCKED: 'Unlock it: log in to your desktop, or open "Passwords and Keys" (seahorse).',
  KEYRING_ABSENT: desktop,
  KEYRING_SILENT: 'Log out of your desktop and in again, which restarts the keyring.',
  KEYRING_FAILED: 'Look at your keyring: "Passwords and Keys" (seahorse) shows whether it can be changed.',
  VAULT_FAILED: 'Unlock it: log in to the desktop session that has it, or open "Passwords and Keys" (seahorse).',
  POETRY_NOT_FOUND: poetryAdvice,
  POETRY_BROKEN: poetryAdvice,
}

function leftText(outcome: LogoutOutcome): string {
  const { entries, tokens, names } = outcome.left
  const parts = [
    ...(entries.length > 0 ? [`in Poetry's keyring ${list(entries)}`] : []),
    ...tokenTexts(outcome, tokens, 'in'),
    ...(names.length > 0 ? [`in Poetry's files ${list(names)}`] : []),
  ]
  return `Not removed yet: ${parts.join('; ')}.`
}

/** An error in terms of a logout: what is left, and how to finish. */
function explained(error: CaSyncError, outcome: LogoutOutcome, args: LogoutArguments): CaSyncError {
  const what = `${error.message.replace(/\.?$/, '.')} ${leftText(outcome)}`
  // A run would set up again what goes.
  const mend = error.hint.replace(/, then run ca-sync again\.?$/, '.')
  const hint = [advice[error.code] ?? mend, `Then type: ${logoutAgain(args)}`].join('\n')
  return new CaSyncError(error.code, what, { hint, cause: error })
}

function logoutDocument(outcome: LogoutOutcome, warnings: readonly string[], error: CaSyncError | undefined): string {
  const { tokens, entries } = goneOf(outcome)
  const sources = [...new Set(outcome.work.sources.map(({ name }) => name))]
  const removed = { sources, entries, tokens: tokens.length, files: [...outcome.files.keys()] }
  const kept = keptLines(outcome)
  return wholeDocument({ removed, kept, warnings, error: errorDocument(error) })
}

/** What was removed, what stays because others use it, and why something is left. */
export function printLogout(machine: Parts, args: LogoutArguments, scope: Scope, outcome: LogoutOutcome): ExitCode {
  const { host, warnings } = machine
  const errors = outcome.errors.map((error) => explained(error, outcome, args))
  const lines = [...removedLines(outcome), ...keptLines(outcome)]
  const isIdle = lines.length === 0 && errors.length === 0
  if (args.json) host.stdout(logoutDocument(outcome, warnings, errors[0]))
  else if (!args.quiet) host.stdout((isIdle ? [nothingToRemove(scope)] : lines).map((line) => `${line}\n`).join(''))
  for (const error of errors) host.stderr(describeError(error) + (args.verbose ? describeCauses(error) : ''))
  return errors[0]?.exitCode ?? EXIT.ok
}
