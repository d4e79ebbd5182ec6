import { commandWords } from '../../core/words/command-words.ts'
import type { Machine } from '../../machine.ts'
import { runCommand } from '../../shell/child.ts'
import type { SyncArguments } from '../arguments.ts'
import type { Report } from '../report.ts'

/** The login that a report asks for, as its command; undefined where it is about something else. */
const loginOf = ({ sources }: Report): readonly string[] | undefined =>
  sources.flatMap(({ error }) => (error?.code === 'AWS_SSO_EXPIRED' ? [commandWords(error.hint) ?? []] : []))[0]

/** Offers a person to renew an expired AWS login, and does. @returns whether it is worth another try */
export async function signedIn({ host }: Pick<Machine, 'host'>, args: SyncArguments, report: Report): Promise<boolean> {
  const [program, ...words] = loginOf(report) ?? []
  if (program === undefined || !host.canAsk || args.json || args.quiet || args.unattended) return false
  host.stderr(`The AWS login has expired. Run ${[program, ...words].join(' ')} now? [Y/n] `)
  const answer = (await host.readLine())?.trim()
  if (answer === undefined || !/^(?:y(?:es)?)?$/i.test(answer)) return false
  return (await runCommand([program, ...words], {}, host)) === 0
}
