import { username } from '../../core/plan/target.ts'
import type { Forgotten, PoetryLeftovers } from '../../core/ports/poetry-files.ts'
import { editText } from '../../files/edit.ts'
import { type Edit, edited, writing } from './edit.ts'
import { describeFile, type FileLogin, type PoetryFile, parsePoetryFile } from './files.ts'

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

async function forget(
  path: string,
  { created }: PoetryLeftovers,
  ours: (file: PoetryFile) => readonly Edit[],
): Promise<Forgotten | undefined> {
  const edit = (before: string): string | undefined => {
    const after = edited(path, before, ours(describeFile(path, parsePoetryFile(path, before))))
    return created.includes(path) && after.trim() === '' ? undefined : after
  }
  const done = await editText(path, edit, writing(path))
  return ({ written: 'cleaned', removed: 'removed', same: undefined } as const)[done]
}
