import { describeIdentity } from '../core/repository/identity.ts'
import { grouped } from '../core/words/group.ts'
import { printable } from '../core/words/quote.ts'
import type { BoardRow, Group } from './columns.ts'
import type { SourceReport } from './report.ts'

type Shareable = Pick<SourceReport, 'project' | 'domain' | 'owner' | 'region' | 'repository' | 'name'> &
  Partial<Pick<SourceReport, 'identity'>>

/** What several sources share: the domain, and what AWS is asked with. Of one that cannot be read, nothing is known. */
function contextOf({ domain, owner, region, identity }: Shareable, repository = ''): string {
  if (domain === '') return ''
  const whose = owner === null ? '' : ` of ${owner}`
  return `${domain}${repository && `/${repository}`}${whose} (${region})${identity ? `, with ${describeIdentity(identity)}` : ''}`
}

const ofSameDomain = (one: Shareable, sources: readonly Shareable[]): Shareable | undefined =>
  sources.find(({ domain, region, identity }) => identity && domain === one.domain && region === one.region)

/**
 * Sources below what they share; where they are of several projects, each project's below its folder.
 * @param entry - makes one, with the repository where neither its name nor what is above says it
 */
export function groupsOf<S extends Shareable>(
  sources: readonly S[],
  entry: (source: S, repository: string) => BoardRow,
): Group[] {
  // As whom AWS was asked is not known yet for one that failed at once; its neighbours tell.
  const known = sources.map((one) => ({
    ...one,
    identity: one.identity ?? ofSameDomain(one, sources)?.identity ?? null,
  }))
  return grouped(known, (source) => contextOf(source)).flatMap(([, own]) => {
    const [first, ...others] = grouped(own, ({ repository }) => repository)
    const isTold = others.length === 0 || own.every(({ name, repository }) => name === repository)
    return grouped(own, ({ project }) => project).map(([project, some], at): Group => {
      const context = at === 0 ? contextOf(some[0], others.length === 0 ? first?.[0] : '') : ''
      const titles = [context, printable(project ?? '')].filter((title) => title !== '')
      return { titles, entries: some.map((source) => entry(source, isTold ? '' : source.repository)) }
    })
  })
}
