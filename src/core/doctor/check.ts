import type { Complaint } from '../words/errors.ts'
import { grouped } from '../words/group.ts'
import type { Health } from '../words/look.ts'
import { counted, few } from '../words/quote.ts'

export interface Check {
  /** The source it is about; null where it is about all of them. */
  readonly source: string | null
  readonly check: string
  readonly status: Health
  readonly message: string
  /** What to type or change; null where nothing is wrong. */
  readonly fix: string | null
}

export const ok = (check: string, message: string, source: string | null = null): Check => ({
  source,
  check,
  status: 'ok',
  message,
  fix: null,
})

const unwell =
  (status: Health) =>
  (check: string, message: string, fix: string, source: string | null = null): Check => ({
    source,
    check,
    status,
    message,
    fix,
  })
export const warning = unwell('warning')
export const fault = unwell('fault')

/** An error as a fault: its hint is the fix, and where that is a command, the command alone. */
export const faultOf = (check: string, { message, hint }: Complaint, source?: string) =>
  fault(check, message, hint.replace(/^(?:Type|Run): /, ''), source ?? null)

/** What the checks of one source go by. */
export interface Diagnosed {
  readonly file: string
  /** The repository's URL; undefined where it is not known yet. */
  readonly url: string | undefined
  /** undefined where Poetry was not found. */
  readonly poetryVersion: string | undefined
  /** What runs ca-sync on this project: `ca-sync`, or with `-C` and its folder. */
  readonly self: string
  readonly isWindows: boolean
}

/** What is wrong, once for all sources that it hits. */
export interface Cause extends Pick<Check, 'status' | 'message' | 'fix'> {
  readonly names: readonly string[]
}

/** What is well of some sources, or of what they share. */
export interface Well {
  readonly names: readonly string[]
  readonly says: string
}

const isFault = ({ status }: Pick<Check, 'status'>): boolean => status === 'fault'

/** What only types ca-sync cannot mend what keeps ca-sync from working; what has the same fix as something shared is mended with it. */
function isConsequence(check: Check, shared: readonly Check[]): boolean {
  // A backend that keeps nothing is told by what chose it.
  if (check.check === 'keyring')
    return shared.some((one) => /^keyring-/.test(one.check) && / \(keyring\./.test(one.message))
  if (check.source === null && check.check !== 'last-run') return false
  return (
    shared.some(({ fix }) => fix === check.fix) ||
    (shared.length > 0 && /^ca-sync(?: -C \S+)?(?: --force)?$/.test(check.fix ?? ''))
  )
}

const general = (text: string | null, source: string | null): string =>
  source === null
    ? (text ?? '')
    : (text ?? '').replaceAll(new RegExp(`\\b${source.replaceAll(/\W/g, '\\$&')}\\b`, 'g'), '\0')

function causesOf(checks: readonly Check[]): Cause[] {
  const shared = checks.filter((one) => isFault(one) && one.source === null)
  const causes = new Map<string, Cause>()
  for (const one of checks) {
    if (one.status === 'ok' || isConsequence(one, shared)) continue
    const { status, message, fix, source } = one
    const key = [status, one.check, general(message, source), general(fix, source)].join('\n')
    const names = [...(causes.get(key)?.names ?? []), ...(source === null ? [] : [source])]
    const all = firstOf(names)
    causes.set(key, {
      status,
      names,
      message: general(message, source).replaceAll('\0', all),
      fix: fix && general(fix, source).replaceAll('\0', all),
    })
  }
  return [...causes.values()].sort((a, b) => Number(isFault(b)) - Number(isFault(a)))
}

/** Of more sources than a line has room for, the first. */
export const firstOf = (names: readonly string[]): string => few(names, 10)

const listed = (names: readonly string[]): string => firstOf(names).replace(/, (?!.*, )(?!and )/, ' and ')

/** What the sources share, in short. */
const shorts: Readonly<Record<string, (message: string) => string>> = {
  poetry: (message) => message.replace(/ \(.*$/s, ''),
  keyring: (message) => `keyring ${message.replace(/^keyring\.backends\.|\.Keyring$/g, '')}`,
  aws: (message) => `AWS ${message.replace(/^arn:[^:]*:[^:]*::(\d+):(?:[\w-]+\/)?(\S+)/, '$2@$1')}`,
  schedule: (message) => `renewed by: ${message}`,
}

function wellOf(checks: readonly Check[], names: readonly string[]): Well[] {
  const tokenOf = (name: string) => checks.find(({ source, check }) => source === name && check === 'token')
  const groups = grouped(names, (name) => `install and publish work; token ${tokenOf(name)?.message ?? 'ready'}`)
  const shared = Object.entries(shorts).flatMap(([what, short]) => {
    const found = checks.find(({ check, status }) => check === what && status === 'ok')
    return found === undefined ? [] : short(found.message)
  })
  const rows = groups.map(([says, its]): Well => ({ names: its, says }))
  return shared.length === 0 ? rows : [...rows, { names: [], says: shared.join(', ') }]
}

/** The checks in the order in which a person wants to know: verdict, causes, what is well. */
export function diagnose(checks: readonly Check[]) {
  const causes = causesOf(checks)
  const names = [...new Set(checks.flatMap(({ source }) => source ?? []))]
  const faults = causes.filter(isFault)
  const hit = faults.some((cause) => cause.names.length === 0)
    ? names
    : names.filter((name) => checks.some((one) => one.source === name && isFault(one)))
  const healthy = names.filter((name) => !hit.includes(name))
  const all = [
    [faults.length, 'fault'],
    [causes.length - faults.length, 'warning'],
  ] as const
  const counts = all.flatMap(([count, what]) => (count === 0 ? [] : counted(count, what))).join(', ')
  const able = healthy.length > 0 ? `Poetry can use ${listed(healthy)}` : 'What can be seen here is well'
  const unable = hit.length > 0 ? `Poetry cannot use ${listed(hit)}` : 'Something is wrong'
  const status: Health = faults.length > 0 ? 'fault' : causes.length > 0 ? 'warning' : 'ok'
  const words = { fault: `${unable}: ${counts}.`, warning: `${able}: ${counts}.`, ok: `All is well: ${able}.` }
  return { verdict: words[status], status, causes, well: wellOf(checks, healthy) }
}
