import type { Keeper } from '../../core/ports/keeper.ts'
import type { Machine } from '../../machine.ts'

/** Poetry's auth.toml, for who asked for plain text: no vault, no keyring, and no Python of Poetry's. */
export const plaintextKeeper = ({ poetryFiles, secrets }: Pick<Machine, 'secrets' | 'poetryFiles'>): Keeper => ({
  begin: async () => undefined,
  async find({ tokenKey, file }, { tokens }) {
    const record = tokens[tokenKey]
    if (file === undefined || record?.stamp === undefined) return undefined
    const secret = await poetryFiles.password(file, record.stamp)
    if (secret === undefined) return undefined
    secrets.add(secret)
    return { ...record, secret }
  },
  open: async () => ({
    keep: async (obtained) => ({
      failed: new Map(),
      confirmed: [],
      passwords: Object.fromEntries(
        obtained.flatMap(({ targets, token }) => targets.map(({ name }) => [name, token.secret])),
      ),
      vaulted: false,
    }),
    close: () => undefined,
  }),
})
