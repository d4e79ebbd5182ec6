import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { JsonMap } from '@iarna/toml'
import { username } from '../../core/plan/target.ts'
import type { Forgotten, PoetryChanges, PoetryLeftovers } from '../../core/ports/poetry-files.ts'
import { pruned, withValue } from '../../core/project/document.ts'
import { removeHeader, removeKey, setKey } from '../../core/toml/table.ts'
import { orElse } from '../../core/words/or-else.ts'
import { editText } from '../../files/edit.ts'
import { describeFile, type FileLogin, invalidFile, isTable, type PoetryFile, parsePoetryFile } from './files.ts'

// What edits a file here throws CaSyncError POETRY_FILE_INVALID or FILE_UNWRITABLE, and the file is then as it was.

/** One key of one of our tables; without a value it is to be removed. */
export interface Edit {
  readonly table: readonly [root: string, name: string]
  readonly key: string
  readonly value?: string
  /** A table header that has no key left goes, too. */
  readonly tidy?: true
}

/** Writes `repositories.<name>.url` for all names at once, as `poetry config repositories.<name> <url>` would into config.toml.
 * @returns whether the file changed */
export const setRepositories = (path: string, urls: Readonly<Record<string, string>>): Promise<boolean> =>
  change(
    path,
    Object.entries(urls).map(([name, url]) => ({ table: ['repositories', name], key: 'url', value: url })),
  )

/** Changes the `http-basic` entries of auth.toml, all names at once: a user name no Poetry command writes, and a password Poetry would use
 * before the keyring, for ever.
 * @returns whether the file changed */
export function setLogins(path: string, changes: Partial<Omit<PoetryChanges, 'urls' | 'localUrls'>>): Promise<boolean> {
  const { usernames = [], plaintext = [], passwords = {} } = changes
  const table = (name: string) => ['http-basic', name] as const
  return change(path, [
    ...plaintext.map((name) => ({ table: table(name), key: 'password' })),
    ...Object.entries(passwords).map(([name, value]) => ({ table: table(name), key: 'password', value })),
    ...usernames.map((name) => ({ table: table(name), key: 'username', value: username })),
  ])
}

/** One by one only where they do not go together: that tells which it is. */
export const edited = (path: string, text: string, edits: readonly Edit[]): string =>
  together(path, text, edits) ?? edits.reduce((now, edit) => together(path, now, [edit]) ?? refuse(path, edit), text)

/** What it takes to write one of Poetry's files: auth.toml may be for its owner only, others keep their mode. */
const writing = (path: string) =>
  ({ mode: 0o600, keepMode: basename(path) !== 'auth.toml', code: 'POETRY_FILE_INVALID' }) as const

const change = async (path: string, edits: readonly Edit[]): Promise<boolean> =>
  (await editText(path, (text) => edited(path, text, edits), writing(path))) === 'written'

/** The edited text; undefined where it does not come out as what is meant. */
function together(path: string, text: string, edits: readonly Edit[]): string | undefined {
  let document = parsePoetryFile(path, text)
  const due = edits.flatMap((edit) => {
    const was = currentValue(path, document, edit)
    if (was === edit.value) return []
    document = withValue(document, [...edit.table, edit.key], edit.value) as JsonMap
    return [{ edit, was }]
  })
  return orElse(() => {
    const after = due.reduce((now, { edit, was }) => editedText(now, edit, was), text)
    const found = due.reduce((now, { edit }) => pruned(now, edit.table) as JsonMap, parsePoetryFile(path, after))
    return due.length === 0 || isDeepStrictEqual(found, document) ? after : undefined
  }, undefined)
}

function editedText(text: string, { table, key, value, tidy }: Edit, was: unknown): string {
  // `poetry config http-basic.dev.username …` leaves a table where the user name belongs: it makes room.
  const cleared = value === undefined || isTable(was) ? removeKey(text, [...table, key]) : text
  const kept = tidy ? removeHeader(cleared, table) : cleared
  return value === undefined ? kept : setKey(kept, table, key, value)
}

function currentValue(path: string, document: JsonMap, { table, key }: Edit): unknown {
  let value: unknown = document
  for (const [depth, part] of [...table, key].entries()) {
    if (!isTable(value)) {
      const entry = table.slice(0, depth).join('.')
      throw invalidFile(`${entry} in ${path} is not a table; nothing was written.`, `Delete ${entry} from ${path}`)
    }
    if (!Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

function refuse(path: string, { table: [root, name], key, value }: Edit): never {
  const where = `[${root}.${name}]`
  // The words of an error are remembered: no secret may be in them.
  const shown = key === 'password' ? '…' : value
  const advice = value === undefined ? `Delete ${key} from ${where}` : `Put ${key} = "${shown}" under ${where}`
  const message = `${key} of ${where} in ${path} cannot be changed without changing something else; nothing was written.`
  throw invalidFile(message, `${advice} in ${path} by hand`)
}

/** Takes `repositories.<name>.url` out of config.toml, where it is one of the URLs that we wrote. */
export const forgetRepositories = (path: string, leftovers: PoetryLeftovers): Promise<Forgotten | undefined> =>
  forget(path, leftovers, ({ repositories }) =>
    Object.entries(leftovers.urls).flatMap(([name, urls]) =>
      urls.includes(repositories.get(name) ?? '') ? [{ table: ['repositories', name], key: 'url', tidy: true }] : [],
    ),
  )

/** Takes the `http-basic` entries that we wrote out of auth.toml. Who put a password of their own there keeps the entry. */
export const forgetLogins = (path: string, leftovers: PoetryLeftovers): Promise<Forgotten | undefined> =>
  forget(path, leftovers, ({ httpBasic }) =>
    [...new Set([...Object.keys(leftovers.urls), ...leftovers.usernames])].flatMap((name) =>
      loginEdits(name, httpBasic.get(name), leftovers),
    ),
  )

function loginEdits(name: string, login: FileLogin | undefined, { stamps, usernames }: PoetryLeftovers): Edit[] {
  const isOurs = login?.stamp !== undefined && stamps.includes(login.stamp)
  if (login === undefined || (login.hasPassword && !isOurs)) return []
  const isNamed = login.username === username && usernames.includes(name)
  const keys = [...(isOurs ? ['password'] : []), ...(isNamed ? ['username'] : [])]
  return keys.map((key) => ({ table: ['http-basic', name], key, tidy: true }))
}

async function forget(path: string, { created }: PoetryLeftovers, ours: (file: PoetryFile) => readonly Edit[]) {
  const edit = (before: string): string | undefined => {
    const after = edited(path, before, ours(describeFile(path, parsePoetryFile(path, before))))
    return created.includes(path) && after.trim() === '' ? undefined : after
  }
  const done = await editText(path, edit, writing(path))
  return ({ written: 'cleaned', removed: 'removed', same: undefined } as const)[done]
}
