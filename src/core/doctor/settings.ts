import { storeRules } from '../plan/stores.ts'
import type { Target } from '../plan/target.ts'
import type { PoetryNames, Shadow } from '../ports/poetry-files.ts'
import { checkDeclaration } from '../project/declarations.ts'
import { confusion, priorityProblem, safeWords } from '../project/priority.ts'
import { simpleUrl } from '../repository/endpoint.ts'
import type { Source } from '../repository/source.ts'
import { dotted } from '../toml/key.ts'
import { shadowRules } from '../verdict/shadow.ts'
import { undeclared } from '../verdict/verdict.ts'
import { CaSyncError } from '../words/errors.ts'
import { unset } from '../words/quote.ts'
import { atLeast } from '../words/version.ts'
import { type Check, type Diagnosed, fault, faultOf, ok, warning } from './check.ts'

/** `[[tool.poetry.source]]`, without which Poetry can publish to a source but not install from it. */
export function declarationChecks(source: Source, { file, url, self }: Diagnosed): Check[] {
  const { name, declaration } = source
  if (declaration === undefined) return [fault('declaration', undeclared(name, file), `${self} sources declare`, name)]
  const finding = url === undefined ? undefined : checkDeclaration(source, url, file)
  if (finding instanceof CaSyncError) return [faultOf('declaration', finding, name)]
  if (finding !== undefined && url !== undefined)
    return [fault('declaration', finding.message, `Write url = "${simpleUrl(url)}" for ${name} in ${file}.`, name)]
  return [ok('declaration', `[[tool.poetry.source]] has ${declaration.url}`, name)]
}

/** Whether this Poetry takes the priority of a source, and whether packages can come from a stranger through it. */
export function priorityChecks({ name, declaration }: Source, { file, poetryVersion }: Diagnosed): Check[] {
  const { priority = 'primary' } = declaration ?? {}
  if (declaration === undefined) return []
  const unknown = declaration.priority === undefined ? undefined : priorityProblem(declaration, poetryVersion)
  if (unknown !== undefined) {
    const what = `Poetry ${poetryVersion} does not know ${unknown} and refuses ${file}.`
    const instead = declaration.isFlag ? ` instead of ${unknown}` : ''
    return [fault('priority', what, `Write priority = "explicit"${instead} for ${name} in ${file}.`, name)]
  }
  const risk = confusion(priority, poetryVersion)
  if (risk === undefined) return [ok('priority', priority, name)]
  const fix = `Write priority = ${safeWords(risk.safe, (word) => `"${word}"`)}, for ${name} in ${file}.`
  return [warning('priority', risk.danger, fix, name)]
}

/** What Poetry's files lack for a source; what they have otherwise than it should be is a shadow. */
export function fileChecks(
  { name, url, store, urlHome }: Target,
  names: PoetryNames,
  shadows: readonly Shadow[],
  { self, poetryVersion }: Diagnosed,
): Check[] {
  const urls = urlHome === 'project' ? names.localUrls : names.urls
  const [user, found] = [names.usernames.get(name), urls?.get(name)]
  const missing = (check: string, what: string) => [fault(check, what, self, name)]
  const fine = (check: string, kind: Shadow['kind'], what: string) =>
    shadows.some((shadow) => shadow.kind === kind) ? [] : [ok(check, what, name)]
  const ofUser = (): Check[] => {
    if (user !== undefined) return fine('username', 'username', `auth.toml has http-basic.${name}.username`)
    const byHand = `Add to auth.toml, where it is made: ${dotted(['http-basic', name, 'username'])} = "aws"`
    if (names.isAuthFrozen) return [warning('username', authFrozen(name), byHand, name)]
    const what = `Poetry's auth.toml has no user name for ${name}: Poetry may not ask the keyring at all.`
    return storeRules[store].hasUser ? missing('username', what) : []
  }
  const ofUrl = (): Check[] => {
    if (urlHome === 'none') return []
    if (found === undefined)
      return missing('url', `Poetry's config.toml has no repositories.${name}.url: poetry publish -r ${name} fails.`)
    if (`${found}/` !== url || atLeast(poetryVersion, '2.5'))
      return fine('url', 'repository-url', `config.toml has repositories.${name}.url`)
    const what = `${found} in Poetry's config.toml lacks its last slash: Poetry ${poetryVersion} takes repositories whose names begin alike for one.`
    return missing('url', what)
  }
  return [...ofUser(), ...ofUrl()]
}

const authFrozen = (name: string): string =>
  `Poetry's auth.toml is read-only and left alone, and has no user name for ${name}: whether the keyring is asked without, is up to its backend.`

/**
 * What stands before the keyring entry in Poetry's order.
 * @param isOurs - the URL in config.toml is one that ca-sync wrote
 */
export function shadowChecks(
  { name }: Pick<Target, 'name'>,
  shadows: readonly Shadow[],
  isOurs: boolean,
  at: Diagnosed,
): Check[] {
  if (shadows.length === 0) return [ok('settings', 'no variable and no file stands before the keyring', name)]
  return shadows.map((shadow) => {
    const source = shadowRules[shadow.kind].isShared ? null : name
    return fault(shadow.kind, shadow.message + caution(shadow, name, isOurs), fixOf(shadow, name, at), source)
  })
}

const isOfFile = ({ where }: Shadow, name: string): boolean => where.endsWith(name)

/** The fix takes away what may be somebody's: a login or a repository of another server by the same name. */
function caution(shadow: Shadow, name: string, isOurs: boolean): string {
  const isTheirs = shadow.kind === 'username' || (shadow.kind === 'repository-url' && !isOurs)
  const isTaken = isTheirs && !shadow.passing && !isOfFile(shadow, 'poetry.toml')
  return isTaken ? ` If you need that, give this source another name than ${name} instead.` : ''
}

/** What to type, as far as Poetry or ca-sync have a command for it; else what to change by hand. */
function fixOf(shadow: Shadow, name: string, { self, isWindows }: Diagnosed): string {
  const { kind, passing, where, hint } = shadow
  const afterwards = isWindows ? `; ${self}` : ` && ${self}`
  if (shadowRules[kind].isMissing) return hint.replace(/^Type: /, '')
  if (passing) return unset(where, isWindows)
  const local = isOfFile(shadow, 'poetry.toml')
  if (kind === 'keyring-disabled') return `poetry config ${local ? '--local ' : ''}keyring.enabled true`
  if (kind === 'repository-url')
    return local
      ? `poetry config --local --unset repositories.${name}`
      : `poetry config --unset repositories.${name}${afterwards}`
  if (!isOfFile(shadow, 'auth.toml')) return hint
  if (kind === 'password') return self
  if (kind === 'username') return `poetry config --unset http-basic.${name}${afterwards}`
  // With a keyring, Poetry would take the token out of that, and leave its file alone.
  const without = 'PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring'
  return kind === 'pypi-token' && !isWindows ? `${without} poetry config --unset pypi-token.${name}` : hint
}
