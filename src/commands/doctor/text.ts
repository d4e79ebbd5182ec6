import { type Cause, type Check, diagnose, firstOf, type Well } from '../../core/doctor/check.ts'
import { columnsOf, commandLine, homely, type Look, leadOf, painted, wrap } from '../../core/words/look.ts'
import { commandWords, printable, printableLines } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { shownLook } from '../columns.ts'
import { fixesOf, wholeDocument } from '../documents.ts'
import type { TalkArguments } from '../options.ts'
import type { Word } from './verdicts.ts'

export interface Examined {
  readonly checks: readonly Check[]
  readonly words: readonly Word[]
  readonly where: string
}

/** Verdict, causes, what is well; with `--verbose` every check, and with `--quiet` those that are not ok. */
export function printChecks({ host }: Pick<Machine, 'host'>, args: TalkArguments, found: Examined): void {
  const { json, quiet, verbose } = args
  const { checks, words: sources, where } = found
  const look = shownLook(host)
  const told = checks.filter(({ status }) => !quiet || status !== 'ok')
  if (json) host.stdout(wholeDocument({ checks, sources, error: null, fixes: fixesOf(checks.map(({ fix }) => fix)) }))
  else if (verbose || quiet) host.stdout(listed(told, look))
  else host.stdout(look ? homely(overview(checks, look, where), host) : overview(checks, look, where))
}

/** One line a check, and below those that are not ok what to type or change. */
export function listed(checks: readonly Check[], look: Look | undefined): string {
  const widest = (of: (check: Check) => string): number => Math.max(0, ...checks.map((one) => of(one).length))
  const [sources, names] = [widest(({ source }) => source ?? ''), widest(({ check }) => check)]
  return checks
    .map(({ source, check, status, message, fix }) => {
      const lead = leadOf(look, status)
      const start = `${(source ?? '').padEnd(sources)}  ${check.padEnd(names)}  `
      const line = look ? wrapped(lead + start, printable(message), look) : `${lead}${start}${printable(message)}`
      return `${line}\n${fix === null ? '' : fixText(fix, look)}`
    })
    .join('')
}

const wrapped = (lead: string, text: string, look: Look): string => wrap(lead + text, look.width, '  ')

/** On a terminal a command stands alone on its line, for the mouse. */
function fixText(fix: string, look: Look | undefined): string {
  const lines = printableLines(fix).split('\n')
  if (look === undefined) return `         fix: ${lines.join('\n         ')}\n`
  const isCommand = /^(?:ca-sync|aws|poetry|unset|pipx|uv)\b/
  return lines
    .map((line) =>
      isCommand.test(line) || commandWords(line)
        ? `${commandLine(line, look)}\n`
        : `${wrap(`    ${line}`, look.width, '    ')}\n`,
    )
    .join('')
}

function overview(checks: readonly Check[], look: Look | undefined, where: string): string {
  const { verdict, status, causes, well } = diagnose(checks)
  const faulty = causes.map(
    (cause) => `${causeLine(cause, look)}\n${cause.fix === null ? '' : fixText(cause.fix, look)}`,
  )
  const rest = well.map((one) => `${wellLine(one, look)}\n`)
  const all = `All ${checks.length} checks:`
  const command = `ca-sync doctor -v${where}`
  const isShort = look === undefined || columnsOf(`${all} ${command}`) <= look.width
  const text = isShort ? `${all} ${painted(look, 'cyan', command)}` : `${all}\n${commandLine(command, look)}`
  const more = causes.length > 0 ? [`${text}\n`] : []
  const head = `${look ? wrap(leadOf(look, status) + painted(look, 'bold', verdict), look.width, '  ') : verdict}\n`
  const parts = causes.length > 0 ? [head, '\n', ...faulty, '\n', ...rest, ...more] : [head, ...rest]
  return parts.join('')
}

const line = (lead: string, text: string, look: Look | undefined): string =>
  look ? wrapped(lead, text, look) : lead + text

function causeLine({ status, names, message }: Cause, look: Look | undefined): string {
  const all = firstOf(names)
  const whose = names.length > 1 && !message.includes(all) ? `${all}: ` : ''
  return line(leadOf(look, status), whose + printable(message), look)
}

function wellLine({ names, says }: Well, look: Look | undefined): string {
  const whose = names.length > 0 ? `${painted(look, 'bold', firstOf(names))}  ` : ''
  return line(leadOf(look, 'ok'), whose + printable(says), look)
}
