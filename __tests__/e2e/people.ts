import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { UserOptions } from '../../scripts/emulator/options.ts'
import type { Stage } from './stage.ts'

/** A user of the emulator whose name can be read off its key. */
export const user = (name: string, more: Partial<UserOptions> = {}): UserOptions => ({
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: `secret of ${name}`,
  ...more,
})

/** The variables that make a user the one of the environment. */
export const keysOf = ({ accessKeyId, secretAccessKey }: UserOptions): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
})

/** An environment without keys: what is left are profiles. */
export const keyless = ({ env }: Stage): Record<string, string | undefined> => ({
  ...env,
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
})

/** Writes ~/.aws/credentials. */
export async function writeProfiles({ box }: Stage, users: Readonly<Record<string, UserOptions>>): Promise<void> {
  const sections = Object.entries(users).map(([profile, { accessKeyId, secretAccessKey }]) =>
    [`[${profile}]`, `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ''].join('\n'),
  )
  await write(join(box.home, '.aws/credentials'), sections.join('\n'))
}

/** Writes the user's own ca-sync/config.toml. */
export const writeUserConfig = ({ home }: Pick<Stage, 'home'>, text: string): Promise<void> =>
  write(join(home, '.config/ca-sync/config.toml'), text)

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** Who asked for tokens, by access key, in order. */
export const minters = ({ emulator }: Stage): (string | undefined)[] =>
  emulator.calls.filter(({ operation }) => operation === 'GetAuthorizationToken').map(({ accessKeyId }) => accessKeyId)
