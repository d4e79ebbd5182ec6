import type { Target } from '../plan/target.ts'
import type { FoundEntry, IndexAnswer } from '../ports/poetry-python.ts'
import { readSections } from '../profiles/files.ts'
import { hostOf } from '../repository/endpoint.ts'
import { type Check, type Diagnosed, fault, ok, warning } from './check.ts'

/** What Poetry's keyring gives for a source, asked as Poetry asks. @param isKept - there is a copy of the token to compare with */
export const entryChecks = ({ name, url }: Target, found: readonly FoundEntry[], isKept: boolean, at: Diagnosed) =>
  found.length === 0 ? [] : [...pypiToken(name, found), entryCheck(name, url, found, isKept, `${at.self} --force`)]

function entryCheck(name: string, url: string, found: readonly FoundEntry[], isKept: boolean, renew: string): Check {
  const named = found.find(({ service }) => service === `poetry-repository-${name}`)
  // Also one that holds the very token: it leaks.
  if (named?.service) return fault('entry-by-name', byName(name, named.service), renew, name)
  const wrong = found.find(({ isOurs }) => !isOurs)
  if (wrong === undefined) return ok('entry', `the keyring entry ${found[0]?.service} holds the token`, name)
  if (wrong.service === null)
    return fault('entry', `Poetry's keyring has no entry for ${hostOf(url)}: Poetry logs in with nothing.`, renew, name)
  if (isKept)
    return fault('entry', `The keyring entry ${wrong.service} holds something else than the token.`, renew, name)
  const what = "ca-sync's own copy of the token is gone: there is nothing to compare the entry with."
  return warning('entry', what, renew, name)
}

const byName = (name: string, service: string): string =>
  `The keyring entry ${service} stands before that of the host, and Poetry sends it to any server that a project calls ${name}.`

function pypiToken(name: string, found: readonly FoundEntry[]): Check[] {
  if (!found.some((one) => one.pypiToken)) return []
  const what = `The keyring holds a PyPI token for ${name}: poetry publish -r ${name} uses it before ours.`
  return [fault('pypi-token', what, `poetry config --unset pypi-token.${name}`, name)]
}

export function answerCheck({ name, repository }: Target, { status, detail }: IndexAnswer, { self }: Diagnosed): Check {
  const says = (what: string, fix: string): Check => fault('index', what, fix, name)
  if (status === 200 || status === 404) return ok('index', `the index takes the token (HTTP ${status})`, name)
  if (status === 401) return says('The index does not take the token (HTTP 401).', `${self} --force`)
  const unread = `The token is good, but whom it was given to may not read ${repository} (HTTP 403).`
  if (status === 403) return says(unread, `${self} policy --access read`)
  if (status === null)
    return says(`The index cannot be reached: ${detail}`, 'Check the network, and HTTPS_PROXY and NO_PROXY.')
  const hint = status < 400 ? 'Check that no proxy or sign-in page stands between.' : 'Try again in a few minutes.'
  return says(`The index answers HTTP ${status}.`, hint)
}

/** A file in which another tool left a CodeArtifact token in plain text. */
export interface Leftover {
  readonly file: string
  /** The key that holds it, as in `global.index-url`; for .pypirc the section. */
  readonly key: string
  readonly tool: 'pip' | 'twine'
  readonly isShared: boolean
}

/** What `aws codeartifact login` left: it expires within 12 hours, and everybody who reads the file has it until then. */
export function leftoverCheck({ file, key, tool, isShared }: Leftover): Check {
  const where = tool === 'pip' ? key : `[${key}]`
  const what = `${file} holds a CodeArtifact token in plain text (${where}).`
  if (tool === 'twine') return warning('leftover', what, `Delete the password of [${key}] from ${file}.`)
  return warning('leftover', what, isShared ? `Delete that URL of ${key} from ${file}.` : `pip config unset ${key}`)
}

type IsHost = (host: string) => boolean

const withToken = /:\/\/[^\s/@]+:[^\s/@]+@([^\s/]+)/

/** CodeArtifact URLs with a token in them, of a pip.conf. @param isCodeArtifact - of a host */
export const inPipConfig = (file: string, text: string, isCodeArtifact: IsHost): Leftover[] =>
  [...readSections(text)].flatMap(([name, values]) =>
    Object.entries(values).flatMap(([key, value]) => {
      const urls = value.split(/\s+/).filter((word) => word !== '')
      const isOurs = (url: string) => isCodeArtifact(withToken.exec(url)?.[1] ?? '')
      if (!urls.some(isOurs)) return []
      return [{ file, key: `${name}.${key}`, tool: 'pip' as const, isShared: !urls.every(isOurs) }]
    }),
  )

/** Sections of a .pypirc that have a CodeArtifact repository and a password. @param isCodeArtifact - of a host */
export const inPypirc = (file: string, text: string, isCodeArtifact: IsHost): Leftover[] =>
  [...readSections(text)].flatMap(([name, values]) => {
    const [, host = ''] = /^\w+:\/\/([^\s/]+)/.exec(values['repository'] ?? '') ?? []
    if (!values['password'] || !isCodeArtifact(host)) return []
    return [{ file, key: name, tool: 'twine' as const, isShared: false }]
  })
