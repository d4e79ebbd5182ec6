import type { LookUp, PoetryKeyring } from '../../src/core/ports/poetry-python.ts'
import { problemError } from '../../src/poetry/keyring/problems.ts'

interface MemoryKeyringOptions {
  /** What it holds for the user `aws`: passwords by service. */
  readonly entries: Map<string, string>
  /** `/config` unless said. */
  readonly configDir?: string
  /** What Poetry's Python would say is wrong with it, e.g. `locked`. */
  readonly problem?: () => string | undefined
  /** Whether an index takes a password. */
  readonly isLive?: (password: string | undefined) => boolean
  /** What comes between a handover's start and its first entry; a session that is closed by then writes none. */
  readonly atHandover?: () => Promise<void>
}

const backend = 'memory'

/** A keyring that takes everything, and is asked in Poetry's order. */
export function memoryKeyring(options: MemoryKeyringOptions): PoetryKeyring {
  const { entries, configDir = '/config', problem = () => undefined, isLive = () => true } = options
  const { atHandover = async () => undefined } = options
  const installation = { poetryVersion: '2.5.0', configDir }
  const find = ({ name, url }: Pick<LookUp, 'name' | 'url'>) =>
    [`poetry-repository-${name}`, url, new URL(url).host].find((service) => entries.has(service))
  const given = (look: Pick<LookUp, 'name' | 'url'>) => entries.get(find(look) ?? '')

  return {
    open: ({ python }) => {
      let isClosed = false
      const probe = async () => {
        const kind = problem()
        if (kind !== undefined) throw problemError({ kind }, python)
        return { ...installation, backend }
      }
      const failure = (look: LookUp) =>
        given(look) === look.password
          ? undefined
          : problemError({ kind: 'shadowed', service: find(look) ?? '' }, python)
      return {
        probe,
        apply: async ({ remove, write, check }) => {
          await atHandover()
          if (isClosed) throw new Error('the session is closed')
          for (const { service } of remove) entries.delete(service)
          for (const { service, password } of write) entries.set(service, password)
          const failed = new Map(
            check.flatMap((look) => [failure(look) ?? []].flat().map((error) => [look.name, error])),
          )
          return { ready: check.map(({ name }) => name).filter((name) => !failed.has(name)), failed }
        },
        remove: async (gone) => {
          for (const { service } of gone) entries.delete(service)
          return new Map()
        },
        again: () => undefined,
        close: () => {
          isClosed = true
        },
      }
    },
    inspect: (program) => ({
      describe: async () => ({ ...installation, plugins: [] }),
      probe: () => memoryKeyring(options).open(program, [], true).probe(),
      look: async ({ looks, indexes }) => ({
        found: looks.map((look) => ({
          name: look.name,
          service: find(look) ?? null,
          isOurs: given(look) !== undefined && given(look) === look.password,
          pypiToken: false,
        })),
        answers: indexes.map((index) => ({
          name: index.name,
          status: isLive(index.password ?? given(index)) ? 404 : 401,
          detail: '',
        })),
      }),
      close: () => undefined,
    }),
  }
}
