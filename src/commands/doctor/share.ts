import { basename } from 'node:path'
import type { Check } from '../../core/doctor/check.ts'
import type { Source } from '../../core/repository/source.ts'
import { anonymizer, type Known } from '../../core/words/anonymous.ts'
import type { Machine } from '../../machine.ts'
import type { DoctorArguments } from '../arguments.ts'
import { wholeDocument } from '../documents.ts'
import { listed } from './text.ts'

type Parts = Pick<Machine, 'host'>

function knownOf({ host }: Parts, sources: readonly Source[]): Known {
  const { env, home } = host
  return {
    user: [basename(home), env['USER'], env['LOGNAME'], env['USERNAME'], env['SUDO_USER']].filter(
      (one) => one !== 'root',
    ),
    host: [env['HOSTNAME'], env['COMPUTERNAME'], env['NAME']],
    profile: [env['AWS_PROFILE'], env['AWS_DEFAULT_PROFILE']],
    source: sources.map(({ name }) => name),
    domain: sources.map(({ domain }) => domain),
    account: sources.map(({ owner }) => owner),
    repository: sources.map(({ repository }) => repository),
  }
}

/** Every check, for a report that others may read. */
export function printShared(
  parts: Parts,
  { json }: DoctorArguments,
  checks: readonly Check[],
  sources: readonly Source[],
): void {
  const { host } = parts
  const bare = anonymizer(knownOf(parts, sources), host.home)
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
