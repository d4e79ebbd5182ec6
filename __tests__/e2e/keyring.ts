import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Box } from '../../scripts/testbed/box.ts'
import { run } from '../../scripts/testbed/run.ts'
import { until } from '../helpers/until.ts'
import { withBackend } from '../poetry/keyring/handover-helpers.ts'
import { count, holdTokens, type Stage } from './stage.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Both manners at once, within what each may take; each has a state of its own, so that neither waits for the other's lock. */
export async function bothManners({ caSync, env, box }: Stage, more: Env = {}) {
  const own = (name: string): Env => ({ ...env, ...more, CA_SYNC_STATE_DIR: join(box.dir, `state-${name}`) })
  const [byHand, unattended] = await Promise.all([
    caSync([], { env: own('by-hand'), timeoutMs: 120_000 }),
    caSync(['--unattended'], { env: own('unattended') }),
  ])
  return { byHand, unattended }
}

export const minted = ({ emulator }: Stage): number => count(emulator, 'GetAuthorizationToken')

/** The services of the keyring's items, in order. */
export const services = async ({ box }: Stage): Promise<(string | undefined)[]> =>
  (await box.items()).map(({ attributes }) => attributes['service']).sort()

/** What ca-sync is to leave in the keyring. */
export const ours = ({ url }: Stage): string[] => [new URL(url).host, 'ca-sync'].sort()

/** A refusal as its reader sees it, what happened and what to do; both are patterns. */
export const refusal = (message: string, hint: string): object => ({
  code: 5,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^error: ${message}\n {2}${hint}\n$`)),
})

/** Variables for a Poetry whose keyring has a backend of our own making (`methods`: Python) and forgets all at its end. */
export async function ownBackend({ box }: Stage, methods = ''): Promise<Env> {
  const { python, env } = await withBackend(box, methods)
  return { CA_SYNC_POETRY: python, PYTHON_KEYRING_BACKEND: env?.['PYTHON_KEYRING_BACKEND'] }
}

/** Starts runs, and does something while AWS keeps all `runs` of them waiting for their token: until that is done, or says `answer`. */
export async function whileMinting<T>(
  stage: Stage,
  runs: number,
  start: () => Promise<T>,
  meanwhile: (answer: () => void) => unknown,
): Promise<T> {
  const answer = holdTokens(stage, { times: runs })
  const running = start()
  try {
    await until(() => minted(stage) === runs)
    await meanwhile(answer)
  } finally {
    answer()
  }
  return running
}

/** What a login does: starts the keyring service, in place of what there is, with a new and open keyring. It ends with the bus of the box. */
export async function startKeyring({ env }: Box): Promise<void> {
  const options = ['--foreground', '--components=secrets', '--replace', '--unlock']
  const daemon = spawn('gnome-keyring-daemon', options, { env, stdio: ['pipe', 'ignore', 'ignore'] })
  daemon.stdin?.end('a password')
  const service = ['--dest=org.freedesktop.secrets', '/org/freedesktop/secrets']
  const ask = [...service, 'org.freedesktop.Secret.Service.ReadAlias', 'string:default']
  // What it replaces answers, too, until it is gone; but has no such collection.
  await until(async () => (await run('dbus-send', ['--print-reply', ...ask], { env })).stdout.includes('/collection/'))
}
