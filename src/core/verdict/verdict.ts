import type { Shadow } from '../ports/poetry-files.ts'
import { checkDeclaration } from '../project/declarations.ts'
import { parseRepositoryUrl, simpleUrl } from '../repository/endpoint.ts'
import { repositoryKey, type Source } from '../repository/source.ts'
import { CaSyncError, inPlace } from '../words/errors.ts'
import type { Lack } from './publishing.ts'
import { shadowCause, shadowError, stops } from './shadow.ts'

/** What is true of a source, as Poetry will find it: the one word of sync, status, sources and doctor. */
export interface Verdict {
  /** Poetry logs in with our token: nothing that can be seen from here stands before it. */
  readonly ready: boolean
  /** It is declared under its name with the `…/simple/` URL of this repository. */
  readonly install: boolean
  /** `repositories.<name>` is this repository. */
  readonly publish: boolean
  /** Why it is not ready, in full and in a few words; these also tell why Poetry can do nothing with it. */
  readonly error: CaSyncError | null
  readonly cause: string | null
  readonly lacks: readonly Lack[]
}

export interface Sight {
  readonly source: Source
  readonly file: string
  /** The repository's URL; undefined where it is not known yet. */
  readonly url: string | undefined
  /** What is known of its token, of the handover, and of the run. */
  readonly failure: CaSyncError | null
  readonly shadows: readonly Shadow[]
  /** Why Poetry does nothing at all in the project. */
  readonly refusal?: Lack | undefined
  readonly publishUrl: string | undefined
  readonly obstacle: Lack | undefined
  readonly where: string
}

export function judge(sight: Sight): Verdict {
  const { shadows, failure } = sight
  const standing = shadows.find(stops)
  const found = failure ?? (standing ? shadowError(standing) : null)
  const error = found && inPlace(found, sight.where)
  const [unfit, unpublished] = [sight.refusal ?? installLack(sight), sight.refusal ?? publishLack(sight)]
  const idle = (unpublished && unfit?.brief) ?? null
  const cause = failure === null && standing ? shadowCause(standing) : error ? brief(error) : idle
  const lacks = [unfit, unpublished].filter((one) => one !== undefined)
  return { ready: error === null, install: !unfit, publish: !unpublished, error, cause, lacks }
}

/** An error as a part of a line. */
export const brief = ({ message }: CaSyncError): string => message.replace(/\.$/, '')

function installLack({ source, url, file, where }: Sight): Lack | undefined {
  const { declaration } = source
  if (declaration === undefined)
    return { message: undeclared(source.name, file), hint: `Type: ca-sync sources declare${where}`, isUndeclared: true }
  const finding = url === undefined ? undefined : checkDeclaration(source, url, file)
  const hint = finding instanceof CaSyncError ? finding.hint : 'Write that as its url.'
  if (finding !== undefined) return { message: finding.message, hint, brief: 'another URL' }
  if (url !== undefined || isOwn(source, declaration.url)) return undefined
  return { message: `${file}: url of ${source.name} is not ${simpleUrl(declaration.url)}.`, hint: '' }
}

export const undeclared = (name: string, file: string): string =>
  `Poetry cannot install from ${name}: ${file} has no [[tool.poetry.source]] of that name.`

/** Where the endpoint is not known yet, a URL of CodeArtifact says what it is. */
function isOwn({ owner, ...source }: Source, url: string): boolean {
  const found = parseRepositoryUrl(url)
  const isSimple = `${url.replace(/\/+$/, '')}/` === simpleUrl(url)
  return (
    isSimple &&
    (found === undefined || repositoryKey({ ...source, owner: owner ?? found.owner }) === repositoryKey(found))
  )
}

function publishLack({ source: { name }, url, shadows, publishUrl, obstacle, where }: Sight): Lack | undefined {
  const token = shadows.find(({ kind }) => kind === 'pypi-token')
  if (token !== undefined) return token
  if (url !== undefined && publishUrl !== undefined && sameUrl(publishUrl, url)) return undefined
  // What names both repositories says more.
  if (obstacle !== undefined) return obstacle
  return (
    shadows.find((one) => !stops(one)) ?? {
      message: `Poetry does not know the repository ${name} yet, so it cannot publish to it.`,
      hint: `Type: ca-sync${where}`,
      isPending: true,
    }
  )
}

export const sameUrl = (a: string, b: string): boolean => a.replace(/\/+$/, '') === b.replace(/\/+$/, '')
