import type { Keeper } from '../../core/ports/keeper.ts'
import type { Machine } from '../../machine.ts'

/** Poetry's auth.toml, for who asked for plain text: no vault, no keyring, and no Python of Poetry's. */
export const plaintextKeeper = ({ poetryFiles, secrets }: Pick<Machine, 'poetryFiles' | 'secrets'>): Keeper => ({
  async find({ token, file }, { tokens }) {
    const record = tokens[token]
    if (file === undefined || record?.stamp === undefined) return undefined
    const value = await poetryFiles.password(file, record.stamp)
    if (value === undefined) return undefined
    secrets.add(value)
    return { ...record, value }
  },
  open: async () => ({
    keep: async (obtained) => ({
      failed: new Map(),
      confirmed: [],
      passwords: Object.fromEntries(
        obtained.flatMap(({ targets, token }) => targets.map(({ name }) => [name, token.value])),
      ),
      vaulted: false,
    }),
    close: () => undefined,
  }),
})
