import { storeRules } from '../../core/plan/stores.ts'
import { username } from '../../core/plan/target.ts'
import type { Env } from '../../core/ports/full-path.ts'
import type { Shadow, ShadowedSource } from '../../core/ports/poetry-files.ts'
import { poetryVariable } from '../../core/variables/names.ts'
import { sameUrl } from '../../core/verdict/verdict.ts'
import { unsetHint } from '../../core/words/quote.ts'
import type { PoetryFile } from './files.ts'
import { noBackend } from './other-tools.ts'

/**
 * What shadows a source, by the rules of Poetry 1.8 and 2.5 (`Config.get`, `PasswordManager`): environment variables beat
 * the project's poetry.toml, which beats auth.toml, which beats config.toml. `pypi-token` and `repositor…` matter to publishing only.
 *
 * @param files - as they are after ca-sync's edits, in the order in which Poetry merges them: config.toml, auth.toml, poetry.toml
 */
export function shadows(source: ShadowedSource, files: readonly PoetryFile[], env: Env): Shadow[] {
  const { reads } = storeRules[source.store]
  const found = [
    ...secretVariables(source, env),
    ...passwordsAbove(source, files),
    ...files.flatMap((file) => pypiTokenInFile(source, file)),
    ...usernameShadows(source, files, env),
    ...repositoryVariable(source, env),
    ...repositoryInFile(source, files),
    ...(reads === 'keyring' ? keyringDisabled(files, env) : []),
  ]
  // What `exec` sets stands before those.
  return reads === 'vault' ? found.filter(({ kind }) => kind !== 'password' && kind !== 'username') : found
}

function secretVariables({ name }: ShadowedSource, env: Env): Shadow[] {
  const password = poetryVariable('HTTP_BASIC', name, 'PASSWORD')
  const token = poetryVariable('PYPI_TOKEN', name)
  const found = [
    inVariable('password', password, `Poetry uses it for ${name} and never asks the keyring`),
    inVariable('pypi-token', token, `poetry publish -r ${name} uses it before the keyring`),
  ]
  return found.filter(({ where }) => env[where])
}

/** A password in any file beats the keyring; the one that was asked for, only one in a file that is merged after it. */
function passwordsAbove({ name, file }: ShadowedSource, files: readonly PoetryFile[]): Shadow[] {
  const above = files.slice(files.findIndex(({ path }) => path === file) + 1)
  const instead = file === undefined ? 'and never asks the keyring' : `and not the token in ${file}`
  return above.flatMap(({ path, httpBasic }) => {
    if (!httpBasic.get(name)?.hasPassword) return []
    const message = `${path} holds a password for ${name}: Poetry uses it ${instead}.`
    return [inFile('password', path, message, `password under [http-basic.${name}]`)]
  })
}

function pypiTokenInFile({ name }: ShadowedSource, { path, pypiTokens }: PoetryFile): Shadow[] {
  if (!pypiTokens.has(name)) return []
  const message = `${path} holds a PyPI token for ${name}: poetry publish -r ${name} uses it before the keyring.`
  return [inFile('pypi-token', path, message, `${name} under [pypi-token]`)]
}

/** The user name that wins, where it is not ours; an empty one counts. */
function usernameShadows({ name }: ShadowedSource, files: readonly PoetryFile[], env: Env): Shadow[] {
  const key = poetryVariable('HTTP_BASIC', name, 'USERNAME')
  if (env[key] === username) return []
  if (env[key] !== undefined)
    return [inVariable('username', key, `Poetry asks the keyring for that user of ${name}, not for "aws"`)]

  const winner = files.findLast(({ httpBasic }) => httpBasic.get(name)?.username !== undefined)
  if (!winner || winner.httpBasic.get(name)?.username === username) return []
  const message = `${winner.path} gives ${name} a user name of its own: Poetry asks the keyring for that user, not for "aws".`
  return [inFile('username', winner.path, message, `username under [http-basic.${name}]`)]
}

/** Poetry lists the repositories in variables of capitals and `_`; if there is one, it does not list those of its files. */
function variableOf(name: string, env: Env) {
  const listed = Object.keys(env).flatMap((key) => {
    const found = /^POETRY_REPOSITORIES_([A-Z_]+)_URL/.exec(key)?.[1]
    return found === undefined ? [] : [{ key, name: found.toLowerCase().replaceAll('_', '-') }]
  })
  const [first] = listed
  if (first === undefined) return { key: poetryVariable('REPOSITORIES', name, 'URL') }
  return { first: first.key, key: listed.find((entry) => entry.name === name)?.key }
}

const repositoryFile = (name: string, files: readonly PoetryFile[]): PoetryFile | undefined =>
  files.findLast(({ repositories }) => repositories.has(name))

export function publishUrl(name: string, files: readonly PoetryFile[], env: Env): string | undefined {
  const { first, key = '' } = variableOf(name, env)
  if (first !== undefined) return env[key]
  return env[key] ?? repositoryFile(name, files)?.repositories.get(name)
}

function repositoryVariable({ name, url }: ShadowedSource, env: Env): Shadow[] {
  const { first, key } = variableOf(name, env)
  if (first && key === undefined) {
    const effect = `Poetry ignores the repositories in its files because of it, and poetry publish -r ${name} fails`
    return [inVariable('repositories-hidden', first, effect)]
  }
  const other = key && env[key]
  if (!key || other === undefined || sameUrl(other, url)) return []
  return [inVariable('repository-url', key, `poetry publish -r ${name} goes there, not to ${url}`)]
}

function repositoryInFile({ name, url }: ShadowedSource, files: readonly PoetryFile[]): Shadow[] {
  const { path = '', repositories } = repositoryFile(name, files) ?? {}
  const other = repositories?.get(name)
  if (other === undefined || sameUrl(other, url)) return []
  const message = `${path} gives ${name} another URL: poetry publish -r ${name} goes there, not to ${url}.`
  return [inFile('repository-url', path, message, `[repositories.${name}]`)]
}

function keyringDisabled(files: readonly PoetryFile[], env: Env): Shadow[] {
  const key = 'POETRY_KEYRING_ENABLED'
  const value = env[key]
  if (value !== undefined) {
    // Poetry 2.5 takes "True" for true as well; 1.8 takes it for false.
    if (value === 'true' || value === '1') return backendVariable(env)
    const effect = 'its value is neither "true" nor "1", so Poetry may not use the keyring at all'
    return [inVariable('keyring-disabled', key, effect)]
  }
  const winner = files.findLast((file) => file.keyringEnabled !== undefined)
  if (!winner || winner.keyringEnabled) return backendVariable(env)
  const message = `${winner.path} switches Poetry's keyring off (keyring.enabled).`
  return [inFile('keyring-disabled', winner.path, message, 'enabled under [keyring]')]
}

/** Which other backends can be used, only Poetry's Python knows. */
function backendVariable({ PYTHON_KEYRING_BACKEND: backend = '' }: Env): Shadow[] {
  if (!noBackend.test(backend)) return []
  const effect = `Python's keyring is switched off by it (${backend}), and Poetry gets nothing`
  return [inVariable('keyring-disabled', 'PYTHON_KEYRING_BACKEND', effect)]
}

export function backendInFile(path: string, backend: string): Shadow {
  const message = `Python's keyring is switched off by ${path} (${backend}): Poetry gets nothing out of it.`
  return inFile('keyring-backend', path, message, 'default-keyring')
}

function inVariable(kind: Shadow['kind'], key: string, effect: string): Shadow {
  const message = `The environment variable ${key} is set: ${effect}.`
  return { kind, where: key, passing: true, message, hint: unsetHint(key) }
}

const inFile = (kind: Shadow['kind'], path: string, message: string, entry: string): Shadow => ({
  kind,
  where: path,
  passing: false,
  message,
  hint: `Delete ${entry} from ${path}.`,
})
