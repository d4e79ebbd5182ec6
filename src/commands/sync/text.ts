import type { Step } from '../../core/plan/stores.ts'
import { noneDueText, nothingToDoText } from '../../core/words/duration.ts'
import { EXIT, type ExitCode } from '../../core/words/errors.ts'
import { type Look, leadOf, lookOf, painted } from '../../core/words/look.ts'
import type { Machine } from '../../machine.ts'
import type { SyncArguments } from '../arguments.ts'
import type { TalkArguments } from '../options.ts'
import {
  describeErrors,
  exitCodeOf,
  expiresIn,
  type Report,
  type SourceReport,
  shortName,
  toDocument,
} from '../report.ts'

const stepTexts: Record<Step, (source: SourceReport) => string> = {
  token: ({ domain, owner }) => `get a token for domain ${domain} of ${owner ?? 'your account'}`,
  vault: () => "keep it in ca-sync's own keyring item",
  handover: () => "hand it to Poetry's keyring, and read it back",
  username: ({ name }) => `write http-basic.${name}.username = aws`,
  plaintext: ({ name, store }) =>
    store === 'plaintext'
      ? `write the token, in plain text, to http-basic.${name}.password`
      : `remove the plaintext password of http-basic.${name}`,
  url: ({ name, url }) => `write repositories.${name}.url = ${url}`,
}

/** The plan of `--dry-run`. */
export function printPlan({ host, warn }: Machine, { json, quiet, verbose }: TalkArguments, report: Report): ExitCode {
  const failed = report.sources.filter(({ error }) => error !== null)
  if (json) host.stdout(toDocument(report, null))
  else if (!quiet) for (const source of report.sources) if (source.error === null) host.stdout(planLines(source))
  for (const warning of report.warnings) warn(warning)
  for (const text of describeErrors(report, verbose)) host.stderr(text)
  return failed.length === 0
    ? EXIT.ok
    : exitCodeOf({ ...report, sources: report.sources.map((s) => ({ ...s, ready: s.error === null })) })
}

function planLines(source: SourceReport): string {
  if (source.steps.length === 0) return `${source.name}: nothing to do\n`
  return `${source.name}: would\n${source.steps.map((step) => `  ${stepTexts[step](source)}\n`).join('')}`
}

/** What a run did: one line a source, then what to type next. */
export function printSync(machine: Machine, args: SyncArguments, report: Report): void {
  const { host, warn } = machine
  const { json, quiet, verbose, unattended, all } = args
  if (json) host.stdout(toDocument({ ...report, warnings: [...report.warnings, ...machine.warnings] }, null))
  else if (!quiet)
    host.stdout(
      report.sources.length > 0
        ? syncLines(report, host.now(), host.isShown ? lookOf(host) : undefined)
        : idleText(machine),
    )
  const isJob = all && unattended && !verbose
  // Cron mails each line: what a person was told when syncing is not said again at each renewal.
  for (const warning of report.warnings) if (!(isJob && report.standing?.includes(warning))) warn(warning)
  const news = report.sources.filter((source) => !report.known?.includes(source))
  const texts = describeErrors({ ...report, sources: news }, verbose)
  for (const text of texts) host.stderr(isJob ? asLine(text) : text)
}

/** Every project, and none of them had a turn. */
const idleText = ({ store }: Machine): string =>
  Object.keys(store.read().projects).length > 0
    ? noneDueText
    : 'Nothing to do: no project was synced on this machine yet. Type ca-sync in your projects.\n'

/** A log, or cron's mail, has one line an event. */
const asLine = (text: string): string => `${text.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`

function syncLines({ sources }: Report, now: number, look: Look | undefined): string {
  const ready = sources.filter((source) => source.ready)
  if (ready.length === sources.length && ready.every(({ steps }) => steps.length === 0))
    return nothingToDoText(ready.length, (firstExpiry(ready) - now) / 1000)
  const width = Math.max(...sources.map(({ name }) => name.length))
  const lines = ready.map(
    (source) =>
      `${look?.colour ? leadOf(look, 'ok') : ''}${painted(look, 'bold', source.name.padEnd(width))}  ready  ${shortName(source)}, token valid for ${expiresIn(source.expiresAt, now)}\n`,
  )
  return lines.join('')
}

const firstExpiry = (sources: readonly SourceReport[]): number =>
  Math.min(...sources.map(({ expiresAt }) => Date.parse(expiresAt ?? '')))

/**
 * Without its own `[[tool.poetry.source]]` Poetry does not know a source by name.
 * @param where - what names the project in a command; empty for the current one
 */
export function undeclaredWarning(names: readonly string[], where: string): string[] {
  if (names.length === 0) return []
  const what = `Poetry can publish to ${names.join(', ')}, but not install from there: pyproject.toml has no [[tool.poetry.source]] of that name.`
  return [`${what} Type: ca-sync sources declare${where}`]
}
