import type { Check } from '../../core/doctor/check.ts'
import { printable, printableLines } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { TalkArguments } from '../options.ts'
import { fixesOf, wholeDocument } from '../report.ts'

/** One line a check, and below those that are not ok what to type or change. `--quiet` leaves out the good ones. */
export function printChecks({ host }: Machine, { json, quiet }: TalkArguments, checks: readonly Check[]): void {
  const shown = checks.filter(({ status }) => !quiet || status !== 'ok')
  const widest = (of: (check: Check) => string): number => Math.max(0, ...shown.map((one) => of(one).length))
  const [sources, names] = [widest(({ source }) => source ?? ''), widest(({ check }) => check)]
  const line = ({ source, check, status, message, fix }: Check): string => {
    const start = [status.padEnd(7), (source ?? '').padEnd(sources), check.padEnd(names), printable(message)]
    const below = fix === null ? '' : `         fix: ${printableLines(fix).replaceAll('\n', '\n         ')}\n`
    return `${start.join('  ')}\n${below}`
  }
  const text = shown.map(line).join('') + (quiet ? '' : summary(checks))
  host.stdout(json ? wholeDocument({ checks, error: null, fixes: fixesOf(checks.map(({ fix }) => fix)) }) : text)
}

function summary(checks: readonly Check[]): string {
  const count = (status: Check['status']) => checks.filter((one) => one.status === status).length
  const [faults, warnings] = [count('fault'), count('warning')]
  if (faults === 0 && warnings === 0) return '\nAll is well.\n'
  const parts = [faults === 1 ? '1 fault' : `${faults} faults`, warnings === 1 ? '1 warning' : `${warnings} warnings`]
  return `\n${parts.join(', ')}.\n`
}
