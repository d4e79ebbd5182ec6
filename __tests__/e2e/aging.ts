import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { State } from '../../src/core/memory/state.ts'
import { sealed } from '../../src/state/seal.ts'
import type { AnyStage } from '../scenarios/stage.ts'

/** Lets time go by: all that ca-sync remembers is so many hours older. */
export async function age({ state: dir, read }: Pick<AnyStage, 'state' | 'read'>, hours: number): Promise<void> {
  const file = join(dir, 'state.json')
  const { seal: _, ...state }: State & { readonly seal?: string } = JSON.parse(await read(file))
  const earlier = (iso: string) => new Date(Date.parse(iso) - hours * 3_600_000).toISOString()
  const each = <T extends object>(table: Readonly<Record<string, T>>, change: (value: T) => Partial<T>) =>
    Object.fromEntries(Object.entries(table).map(([key, value]) => [key, { ...value, ...change(value) }]))
  const older: State = {
    ...state,
    tokens: each(state.tokens, ({ issuedAt, expiresAt, loginEndsAt }) => ({
      issuedAt: earlier(issuedAt),
      expiresAt: earlier(expiresAt),
      ...(loginEndsAt !== undefined && { loginEndsAt: earlier(loginEndsAt) }),
    })),
    entries: each(state.entries, ({ issuedAt }) => ({ issuedAt: earlier(issuedAt) })),
    away: Object.fromEntries(Object.entries(state.away).map(([folder, since]) => [folder, since && earlier(since)])),
    projects: each(state.projects, ({ renewAt, expiresAt }) => ({
      renewAt: Math.max(0, renewAt - hours * 3600),
      expiresAt: Math.max(0, expiresAt - hours * 3600),
    })),
  }
  await writeFile(file, sealed(older))
}
