import { needsPerson } from '../memory/failure.ts'
import { knownProjects, type ProjectRecord, type State } from '../memory/state.ts'
import { formatSpan } from '../words/duration.ts'
import { printable } from '../words/quote.ts'
import { tokenKeyOf } from './target.ts'

type Trouble = ReturnType<typeof troubles>[number]

const troubles = (state: State) =>
  knownProjects(state).flatMap(([folder, record]) =>
    record.failure !== undefined && needsPerson(record.failure) ? [{ folder, record, failure: record.failure }] : [],
  )

/** How long a project's tokens still serve, for people; empty where that is not known. */
function validity({ sources }: ProjectRecord, { tokens }: State, now: number): string {
  const ends = sources.flatMap((source) => Date.parse(tokens[tokenKeyOf(source)]?.expiresAt ?? '') || [])
  if (ends.length === 0) return ''
  const left = (Math.min(...ends) - now) / 1000
  return `; the CodeArtifact token ${left > 0 ? `is valid for ${formatSpan(left)}` : 'has expired'}`
}

function describe({ folder, record, failure: { message, hint } }: Trouble, state: State, now: number): string {
  const [what = ''] = hint.split('\n')
  const where = message.includes(folder) ? '' : `${folder}: `
  const line = `${where}${message.replace(/\.$/, '')}${validity(record, state, now)}. ${what}`
  // Shells and desktops show it in whatever locale they have.
  return printable(line.replaceAll(/\s+/g, ' ').replaceAll('…', '...'))
}

/**
 * What the next prompt should say, as `<id> <text>`; the id stays while the failure does. Undefined when there is nothing to say.
 * @param now - epoch milliseconds
 */
export function noticeOf(state: State, now: number): string | undefined {
  const [trouble] = troubles(state)
  return trouble && `${Date.parse(trouble.failure.since)} ${describe(trouble, state, now)}`
}

/** Every failure that was met, by project folder; those, too, that something else came after. */
const metFailures = ({ projects }: State) =>
  Object.entries(projects).flatMap(([folder, { failure }]) =>
    [failure, failure?.behind].flatMap((one) => (one === undefined ? [] : [{ folder, ...one }])),
  )

/**
 * What a person should hear of once: the failures that came with a run, each text once. What another project had met already is none.
 * @param now - epoch milliseconds
 */
export function newsOf(before: State, after: State, now: number): string[] {
  const old = metFailures(before)
  const isOld = ({ folder, failure: { code, message, since } }: Trouble): boolean =>
    old.some((one) => (one.folder === folder && one.since === since) || (one.code === code && one.message === message))
  const news = troubles(after).filter((trouble) => !isOld(trouble))
  const isFirst = ({ failure }: Trouble, at: number): boolean =>
    news.findIndex((one) => one.failure.message === failure.message) === at
  return news.filter(isFirst).map((one) => describe(one, after, now))
}
