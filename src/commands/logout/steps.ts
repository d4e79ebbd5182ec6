import type { Logout } from '../../core/plan/logout.ts'
import { username } from '../../core/plan/target.ts'
import type { Vault } from '../../core/ports/keeper.ts'
import type { Forgotten } from '../../core/ports/poetry-files.ts'
import type { PoetryPython } from '../../core/ports/poetry-python.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'

type Parts = Pick<Machine, 'finder' | 'keyring' | 'unlockedVault'>

interface Remainder {
  readonly left: readonly string[]
  readonly error?: CaSyncError | undefined
}

const nothingLeft: Remainder = { left: [] }

/** A Python to ask, and the folder from which it imports nothing. */
type PythonOfFolder = readonly [folder: string, PoetryPython]

/** Removes entries with one Python, which by hand may ask to unlock the keyring. */
async function removeWith({ keyring }: Parts, [folder, python]: PythonOfFolder, services: readonly string[]) {
  const session = keyring.open(python, [folder], false)
  try {
    await session.probe()
    if (services.length === 0) return nothingLeft
    const failed = await session.remove(services.map((service) => ({ service, username })))
    return { left: [...failed.keys()], error: [...failed.values()][0] }
  } finally {
    session.close()
  }
}

async function ask(machine: Parts, find: () => PythonOfFolder | Promise<PythonOfFolder>, services: readonly string[]) {
  const rest = await caught(async () => removeWith(machine, await find(), services))
  return rest instanceof CaSyncError ? { left: services, error: rest } : rest
}

const isBroken = ({ error }: Remainder): boolean => error?.code.startsWith('POETRY_') === true

const distinctPythons = (asked: readonly PythonOfFolder[]): (() => PythonOfFolder)[] => {
  const usable = asked.filter(([, { python }]) => python !== '')
  return [...new Map(usable.map((one) => [one[1].python, one])).values()].map((one) => () => one)
}

/** Every Python that wrote entries is asked: each may have a keyring of its own. Where none of them works, another one has to do. */
async function removeEntries(machine: Parts, { goes, poetries, marked }: Logout, here: string): Promise<Remainder> {
  const wrote = distinctPythons(Object.entries(poetries))
  const others = distinctPythons(
    Object.entries(marked.projects).map(([folder, { poetry }]): PythonOfFolder => [folder, poetry]),
  )
  const onPath = async (): Promise<PythonOfFolder> => [here, await machine.finder.find(here, undefined, 'path')]
  let rest: Remainder = nothingLeft
  for (const [at, find] of [...wrote, ...others, onPath].entries()) {
    const answer = await ask(machine, find, goes.entries)
    // A keyring that is locked for one is so for all, and a person is not to wait for it twice.
    if (answer.error !== undefined && !isBroken(answer)) return answer
    if (at === 0 || !isBroken(answer)) rest = answer
    if (at >= wrote.length - 1 && !isBroken(rest)) return rest
  }
  return rest
}

async function emptyVault(vault: Vault, keys: readonly string[]): Promise<Remainder> {
  const results = await Promise.allSettled(keys.map((key) => vault.remove(key)))
  const errors = results.map((result) => (result.status === 'rejected' ? result.reason : undefined))
  const error = errors.find((one) => one !== undefined)
  if (error !== undefined && !(error instanceof CaSyncError)) throw error
  return { left: keys.filter((_, at) => errors[at] !== undefined), error }
}

/** Those are in auth.toml, and in no keyring. */
export const inPlaintext = ({ goes, marked }: Logout): readonly string[] =>
  goes.tokens.filter((key) => marked.tokens[key]?.stamp !== undefined)

/** Poetry's entries, then our own items; where there is none of both, no keyring is needed. */
type Secrets = Readonly<Record<'entries' | 'tokens', Remainder>>

export async function removeSecrets(machine: Parts, work: Logout, here: string): Promise<Secrets> {
  const { goes } = work
  const plain = inPlaintext(work)
  const keys = goes.tokens.filter((key) => !plain.includes(key))
  if (goes.entries.length === 0 && keys.length === 0) return { entries: nothingLeft, tokens: nothingLeft }
  const entries = await removeEntries(machine, work, here)
  if (entries.error?.code === 'KEYRING_LOCKED') return { entries, tokens: { left: keys } }
  return { entries, tokens: await emptyVault(machine.unlockedVault, keys) }
}

/** Takes our lines out of Poetry's files; one that cannot be written does not stop the others. */
export async function removeConfig(
  { poetryFiles }: Pick<Machine, 'poetryFiles'>,
  { goes, usernames, poetries, marked, locals }: Logout,
): Promise<{ files: ReadonlyMap<string, Forgotten>; names: Remainder; leftFiles: readonly string[] }> {
  const records = [...Object.values(poetries), ...Object.values(marked.projects).map((record) => record.poetry)]
  const dirs = new Set([...records.map(({ configDir }) => configDir), poetryFiles.configDir()])
  const leftovers = {
    urls: Object.fromEntries(goes.names.map((name) => [name, marked.names[name] ?? []])),
    usernames,
    stamps: Object.values(marked.tokens).flatMap(({ stamp }) => stamp ?? []),
    created: Object.keys(marked.created),
  }
  const mine = goes.names.length + usernames.length === 0 ? [] : [...dirs].flatMap(poetryFiles.written)
  const own = Object.entries(locals).map(([path, urls]) => ({ path, from: { ...leftovers, urls, usernames: [] } }))
  const files = new Map<string, Forgotten>()
  const leftFiles: string[] = []
  let names = nothingLeft
  for (const { path, from } of [...mine.map((path) => ({ path, from: leftovers })), ...own]) {
    const done = await caught(() => poetryFiles.forget(path, from))
    if (done instanceof CaSyncError) {
      leftFiles.push(path)
      names = { left: [...goes.names, ...usernames, ...Object.keys(locals[path] ?? {})], error: names.error ?? done }
    } else if (done !== undefined) files.set(path, done)
  }
  return { files, names, leftFiles }
}
