import { knownProjects } from '../../core/memory/state.ts'
import type { Step } from '../../core/plan/stores.ts'
import { noneDueText, nothingToDoText } from '../../core/words/duration.ts'
import { EXIT } from '../../core/words/errors.ts'
import { columnsOf, homely, type Look, painted, wrap } from '../../core/words/look.ts'
import { inFolder, placed, printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { SyncArguments } from '../arguments.ts'
import { board, fitted, padded, shownLook } from '../columns.ts'
import { toDocument } from '../documents.ts'
import type { TalkArguments } from '../options.ts'
import { type Detail, exitCodeOf, type Report, type SourceReport } from '../report.ts'
import { describeErrors, expiresIn, healthOf, labelOf, partlyReady, readyText, shortName } from '../wording.ts'

type Parts = Pick<Machine, 'host' | 'warnings' | 'warn' | 'store'>

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
export function printPlan({ host, warn, warnings }: Parts, { json, quiet, verbose }: TalkArguments, report: Report) {
  const failed = report.sources.filter(({ error }) => error !== null)
  if (json) host.stdout(toDocument({ ...report, warnings: [...report.warnings, ...warnings] }, null))
  else if (!quiet) for (const source of report.sources) if (source.error === null) host.stdout(planLines(source))
  for (const warning of report.warnings) warn(warning)
  for (const text of describeErrors(report, verbose)) host.stderr(text)
  return failed.length === 0
    ? EXIT.ok
    : exitCodeOf({ ...report, sources: report.sources.map((s) => ({ ...s, ready: s.error === null })) })
}

function planLines(source: SourceReport): string {
  if (source.steps.length === 0) return `${labelOf(source)}: nothing to do\n`
  return `${labelOf(source)}: would\n${source.steps.map((step) => `  ${stepTexts[step](source)}\n`).join('')}`
}

/** What a run did: one line a source, then what to type next. */
export function printSync(machine: Parts, args: SyncArguments, report: Report): void {
  const { host, warn } = machine
  const { json, quiet, verbose, unattended, all } = args
  if (json) host.stdout(toDocument({ ...report, warnings: [...report.warnings, ...machine.warnings] }, null))
  else if (!quiet) {
    const look = shownLook(host)
    host.stdout(report.sources.length > 0 ? syncLines(report, host, look, args.project) : idleText(machine))
    if (verbose) for (const detail of report.details ?? []) host.stdout(detailLine(detail, host, look))
  }
  const isJob = all && unattended && !verbose
  // Cron mails each line: what a person was told when syncing is not said again at each renewal.
  for (const warning of report.warnings) if (!(isJob && report.standing?.includes(warning))) warn(warning)
  const news = report.sources.filter((source) => !report.known?.includes(source))
  const texts = describeErrors({ ...report, sources: news }, verbose)
  for (const text of texts) host.stderr(isJob ? asLine(text) : text)
}

/** Every project, and none of them had a turn. */
const idleText = ({ store }: Pick<Machine, 'store'>): string =>
  knownProjects(store.read()).length > 0
    ? noneDueText
    : 'Nothing to do: no project was synced on this machine yet. Type ca-sync in your projects.\n'

/** A log, or cron's mail, has one line an event. */
const asLine = (text: string): string => `${text.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`

/** @param folders - that were named; of several, none is the one to type */
function syncLines({ sources }: Report, host: Parts['host'], look: Look | undefined, folders: readonly string[] = []) {
  const now = host.now()
  const ready = sources.filter((source) => source.ready)
  if (ready.length === sources.length && ready.every(({ steps }) => steps.length === 0)) {
    const { partly, unusable } = partlyReady(ready)
    const idle = nothingToDoText(ready.length, (earliestExpiry(ready) - now) / 1000, partly, unusable)
    const text = placed(idle, inFolder(folders.length === 1 ? folders[0] : undefined))
    return look ? text.replaceAll(/.+/g, (line) => wrap(line, look.width - 2).replaceAll('\n', '\n  ')) : text
  }
  const rows = ready.map((source) => {
    const token = `${shortName(source)}, token valid for ${expiresIn(source.expiresAt, now)}`
    const health = look?.colour ? healthOf(source) : undefined
    return { name: labelOf(source), cells: [readyText(source).replace(/^yes$/, 'ready'), token], health }
  })
  if (look) {
    const entries = rows.map((row) => ({ ...row, name: homely(row.name, host) }))
    return board([{ titles: [], entries }], look)
  }
  const width = Math.max(...sources.map((source) => columnsOf(labelOf(source))))
  return rows.map(({ name, cells }) => `${[padded(name, width), ...cells].join('  ')}\n`).join('')
}

function detailLine([what, text]: Detail, host: Parts['host'], look: Look | undefined): string {
  const label = what.padEnd(10)
  if (look === undefined) return `${label}${printable(text)}\n`
  const shown = homely(printable(text), host)
  return `${painted(look, 'dim', label)}${fitted(shown, look.width - label.length, ' '.repeat(label.length), look)}\n`
}

const earliestExpiry = (sources: readonly SourceReport[]): number =>
  Math.min(...sources.map(({ expiresAt }) => Date.parse(expiresAt ?? '')))
