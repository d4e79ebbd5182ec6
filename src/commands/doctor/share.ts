import { basename } from 'node:path'
import type { Check } from '../../core/doctor/check.ts'
import type { Project } from '../../core/ports/project.ts'
import { anonymizer, type Known } from '../../core/words/anonymous.ts'
import type { Machine } from '../../machine.ts'
import { wholeDocument } from '../documents.ts'
import { listed } from './text.ts'

type Parts = Pick<Machine, 'host' | 'store'>

function knownOf({ host, store }: Parts, { sources = [], unfit = [], folder }: Partial<Project>): Known {
  const { env, home } = host
  const { projects } = store.recall()
  const recorded = Object.values(projects).flatMap((project) => project.sources.map(({ identity }) => identity.base))
  const all = [...sources, ...unfit.map(({ source }) => source)]
  return {
    user: [basename(home), env['USER'], env['LOGNAME'], env['USERNAME'], env['SUDO_USER']].filter(
      (one) => one !== 'root',
    ),
    host: [env['HOSTNAME'], env['COMPUTERNAME'], env['NAME']],
    profile: [
      env['AWS_PROFILE'],
      env['AWS_DEFAULT_PROFILE'],
      ...recorded.map((base) => (base.kind === 'profile' ? base.profile : undefined)),
    ].filter((one) => one !== 'default'),
    project: [folder, ...Object.keys(projects)],
    source: all.map(({ name }) => name),
    domain: all.map(({ domain }) => domain),
    account: all.map(({ owner }) => owner),
    repository: all.map(({ repository }) => repository),
  }
}

/** Every check, for a report that others may read. */
export function printShared(parts: Parts, json: boolean, checks: readonly Check[], project: Partial<Project>): void {
  const { host } = parts
  const bare = anonymizer(knownOf(parts, project), host.home)
  const shared = checks.map((one) => ({
    ...one,
    source: one.source && bare(one.source),
    message: bare(one.message),
    fix: one.fix && bare(one.fix),
  }))
  const about = { version: host.version, platform: host.platform }
  if (json) host.stdout(wholeDocument({ ...about, checks: shared, error: null }))
  else host.stdout(`ca-sync ${about.version} on ${about.platform}\n${listed(shared, undefined)}`)
}
