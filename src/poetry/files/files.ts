import type { JsonMap } from '@iarna/toml'
import { textStamp } from '../../core/memory/text-stamp.ts'
import { isFull } from '../../core/ports/full-path.ts'
import { isTable as isAnyTable } from '../../core/project/document.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import { present } from '../../core/words/present.ts'
import { tidy } from '../../files/atomic.ts'
import { configHome, inHome, pathsOf, type Surroundings } from '../../files/places.ts'
import { readSettled } from '../../files/read.ts'
import { parseToml, tomlWords } from '../../files/toml.ts'

/** An `http-basic` entry; of a password only a stamp. */
export type FileLogin = ReturnType<typeof describeLogin>

/** What one of Poetry's files says about repositories; never a secret. A file that is absent says nothing. */
export type PoetryFile = ReturnType<typeof describeFile>

/** Poetry's config folder, as far as it can be told without asking Poetry (`poetry.locations.CONFIG_DIR` has the last word).
 * @throws CaSyncError CONFIG_INVALID for a POETRY_CONFIG_DIR that Poetry would look for in each folder anew */
export function configDir(around: Surroundings): string {
  const { env, platform } = around
  const named = env['POETRY_CONFIG_DIR']
  if (named && !isFull(named, platform)) {
    const what = `POETRY_CONFIG_DIR is ${named}, for which Poetry looks in whatever folder it runs in.`
    throw new CaSyncError('CONFIG_INVALID', what, { hint: 'Set it to a full path, or unset it.' })
  }
  if (named) return named
  if (platform === 'darwin') return inHome(around, 'Library', 'Application Support', 'pypoetry')
  return pathsOf(platform).join(configHome(around), 'pypoetry')
}

/** Reads config.toml, auth.toml or a project's poetry.toml. @throws CaSyncError POETRY_FILE_INVALID */
export const readPoetryFile = async (path: string): Promise<PoetryFile> => describeFile(path, await readDocument(path))

/** It may be that Poetry is just writing it, and that a run of ours was killed as it did. */
function readDocument(path: string): Promise<JsonMap> {
  tidy(path)
  return readSettled(path, 'POETRY_FILE_INVALID', (text = '') => parsePoetryFile(path, text))
}

export function describeFile(path: string, document: JsonMap) {
  const keyring = tableOrNone(document['keyring'])['enabled']
  return present({
    path,
    /** `repositories.<name>.url` */
    repositories: new Map(
      entries(document['repositories']).flatMap(([name, { url }]) => (typeof url === 'string' ? [[name, url]] : [])),
    ),
    httpBasic: new Map(entries(document['http-basic']).map(([name, entry]) => [name, describeLogin(entry)])),
    /** Names that have a `pypi-token.<name>`. */
    pypiTokens: new Set(
      Object.entries(tableOrNone(document['pypi-token'])).flatMap(([name, token]) => (token ? [name] : [])),
    ),
    /** `keyring.enabled`, by Python's idea of true. */
    keyringEnabled: keyring === undefined ? undefined : Boolean(keyring),
    /** A value has `{http-basic…}` in it: Poetry (`Config.process`) puts there what its files or variables say. */
    quotesLogin: quotesLogin(document),
  })
}

const quotesLogin = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.includes('{') && /\{[^}]*http[^a-z\d}]*basic/i.test(value) // whose making takes longer than all such looks
    : typeof value === 'object' && value !== null && Object.values(value).some(quotesLogin)

/** @throws CaSyncError POETRY_FILE_INVALID naming the line; the parser's excerpt of the file is left out, it may hold a password */
export function parsePoetryFile(path: string, text: string): JsonMap {
  if (text.startsWith('\ufeff')) {
    throw invalidFile(
      `${path} starts with a byte-order mark, which Poetry cannot read either.`,
      'Save it as UTF-8 without BOM',
    )
  }
  try {
    return parseToml(text)
  } catch (error) {
    const { problem, advice = `Mend ${path}, which Poetry cannot read like this either` } = tomlWords(error)
    throw invalidFile(`${path} ${problem}.`, advice)
  }
}

/** @param advice - what to do, as a sentence without its end */
export const invalidFile = (message: string, advice: string): CaSyncError =>
  new CaSyncError('POETRY_FILE_INVALID', message, { hint: `${advice}, then run ca-sync again.` })

export const isTable = isAnyTable as (value: unknown) => value is JsonMap

const tableOrNone = (value: unknown): JsonMap => (isTable(value) ? value : {})

const entries = (value: unknown): [string, JsonMap][] =>
  Object.entries(tableOrNone(value)).flatMap(([name, entry]) => (isTable(entry) ? [[name, entry]] : []))

/** An empty password counts as none: Poetry then goes on to the keyring. */
const describeLogin = ({ username, password }: JsonMap) =>
  present({
    username: typeof username === 'string' ? username : undefined,
    hasPassword: password !== undefined && password !== '',
    stamp: typeof password === 'string' && password !== '' ? textStamp(password) : undefined,
  })

/** The password of auth.toml that has this stamp, under whatever name. @throws CaSyncError POETRY_FILE_INVALID */
export async function readPassword(path: string, stamp: string): Promise<string | undefined> {
  const passwords = entries((await readDocument(path))['http-basic']).map(([, { password }]) => password)
  return passwords.find((one): one is string => typeof one === 'string' && textStamp(one) === stamp)
}
