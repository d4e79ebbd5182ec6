import type { Check, Diagnosed } from '../../core/doctor/check.ts'
import type { Verdict } from '../../core/verdict/verdict.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { placeNames, refusalOf, verdictOf } from '../../survey/verdict.ts'
import { type Facts, versionOf } from './facts.ts'

/** What doctor's document says of a source, as status and sources do. */
export interface Word extends Pick<Verdict, 'ready' | 'install' | 'publish'> {
  readonly name: string
}

const nothing = { ready: false, install: false, publish: false }

/** Faults that do not keep Poetry from logging in with the token: the verdict itself knows what is about names and URLs. */
const aside: ReadonlySet<string> = new Set([
  ...['aws', 'clock', 'cooldown', 'config', 'declaration', 'last-run', 'leftover', 'name', 'origin', 'priority'],
  'pyproject',
  ...['repositories-hidden', 'repository-url', 'schedule', 'source', 'state', 'url'],
])

/** How the project's names stand to what Poetry's files say, and other projects. */
export function namingOf(facts: Facts, { self }: Pick<Diagnosed, 'self'>) {
  const { poetry, settings } = facts
  if (settings instanceof CaSyncError) return undefined
  return { ...facts, settings, version: versionOf(poetry), where: self.slice('ca-sync'.length) }
}

/** What the checks come to, source by source. */
export function wordsOf(machine: Machine, facts: Facts, at: Pick<Diagnosed, 'self'>, checks: readonly Check[]) {
  const naming = namingOf(facts, at)
  const served = facts.sources.map((source): Word => {
    const { name } = source
    if (naming === undefined) return { name, ...nothing }
    const target = facts.targets.find((one) => one.source === source)
    const [placed] = target === undefined ? [] : placeNames(machine, naming, [target])
    const isIts = (check: Check): boolean => check.source === null || check.source === name
    const stop = checks.find((one) => one.status === 'fault' && isIts(one) && !aside.has(one.check))
    const refusal = target && refusalOf(machine, naming, target, facts.targets)
    const failure = stop ? new CaSyncError('NOT_SYNCED', stop.message, { hint: stop.fix ?? '' }) : (refusal ?? null)
    const { ready, install, publish } = verdictOf(naming, source, failure, placed)
    return { name, ready, install, publish }
  })
  const unfit = facts.project.unfit.map(({ source: { name } }) => ({ name, ...nothing }))
  return [...served, ...unfit]
}
