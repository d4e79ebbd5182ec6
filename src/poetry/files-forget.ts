import type { Forgotten, PoetryLeftovers } from '../core/ports.ts'
import { username } from '../core/target.ts'
import { removeFile, tidy, writeFile } from '../files/atomic.ts'
import { readText } from '../files/read.ts'
import { describeFile, type Login, type PoetryFile, parsePoetryFile } from './files.ts'
import { type Edit, edited } from './files-edit.ts'

/** Takes `repositories.<name>.url` out of config.toml, where it is one of the URLs that we wrote.
 * @throws CaSyncError POETRY_FILE_INVALID, FILE_UNWRITABLE; then the file is as it was */
export const forgetRepositories = (path: string, leftovers: PoetryLeftovers): Promise<Forgotten | undefined> =>
  forget(path, leftovers, ({ repositories }) =>
    Object.entries(leftovers.urls).flatMap(([name, urls]) =>
      urls.includes(repositories.get(name) ?? '') ? [{ table: ['repositories', name], key: 'url', tidy: true }] : [],
    ),
  )

/** Takes the `http-basic` entries that we wrote out of auth.toml. Who put a password of their own there keeps the entry.
 * @throws CaSyncError POETRY_FILE_INVALID, FILE_UNWRITABLE; then the file is as it was */
export const forgetLogins = (path: string, leftovers: PoetryLeftovers): Promise<Forgotten | undefined> =>
  forget(path, leftovers, ({ httpBasic }) =>
    Object.keys(leftovers.urls).flatMap((name) => loginEdits(name, httpBasic.get(name), leftovers)),
  )

function loginEdits(name: string, login: Login | undefined, { stamps, usernames }: PoetryLeftovers): Edit[] {
  const isOurs = login?.stamp !== undefined && stamps.includes(login.stamp)
  if (login === undefined || (login.hasPassword && !isOurs)) return []
  const isNamed = login.username === username && usernames.includes(name)
  const keys = [...(isOurs ? ['password'] : []), ...(isNamed ? ['username'] : [])]
  return keys.map((key) => ({ table: ['http-basic', name], key, tidy: true }))
}

async function forget(
  path: string,
  { created }: PoetryLeftovers,
  ours: (file: PoetryFile) => readonly Edit[],
): Promise<Forgotten | undefined> {
  // A token in plain text may be in what a killed run left.
  await tidy(path)
  const before = await readText(path, 'POETRY_FILE_INVALID')
  if (before === undefined) return undefined
  const after = edited(path, before, ours(describeFile(path, parsePoetryFile(path, before))))
  const isNobodys = created.includes(path) && after.trim() === ''
  if (isNobodys) await removeFile(path)
  else if (after === before) return undefined
  else await writeFile(path, after, { mode: 0o600 })
  return isNobodys ? 'removed' : 'cleaned'
}
