import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { UserOptions } from '../../scripts/emulator/options.ts'
import { keyless } from './people.ts'
import type { Stage } from './stage.ts'

const start = 'https://corp.example/start'
const profile = [
  '[profile work]',
  `sso_start_url = ${start}`,
  'sso_region = us-east-1',
  'sso_account_id = 564131876131',
  'sso_role_name = dev',
  'region = us-east-1',
  '',
].join('\n')

/** AWS SSO as a person at a computer has it. */
export interface Sso {
  /** An environment in which the profile `work` signs in by SSO. */
  readonly env: Record<string, string | undefined>
  /** As `aws sso login` does it. */
  login(seconds: number): Promise<void>
  close(): void
}

/** @param user - whose keys a login gives; it has a session token */
export async function openSso(stage: Stage, user: UserOptions): Promise<Sso> {
  const roleCredentials = { ...user, expiration: Date.now() + 86_400_000 }
  const portal = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ roleCredentials }))
  })
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
  const cache = join(stage.box.home, '.aws/sso/cache')
  await mkdir(cache, { recursive: true })
  await writeFile(join(stage.box.home, '.aws/config'), profile)
  const { port } = portal.address() as AddressInfo
  return {
    env: { ...keyless(stage), AWS_ENDPOINT_URL_SSO: `http://127.0.0.1:${port}` },
    login: (seconds) =>
      writeFile(
        join(cache, `${createHash('sha1').update(start).digest('hex')}.json`),
        JSON.stringify({ accessToken: 'a', expiresAt: new Date(Date.now() + seconds * 1000).toISOString() }),
      ),
    close: () => {
      portal.close()
      portal.closeAllConnections()
    },
  }
}
