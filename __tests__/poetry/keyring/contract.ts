import { afterEach, expect, test } from '@jest/globals'
import type { HandoverRequest, HandoverSession } from '../../../src/core/ports/poetry-python.ts'

/** A keyring that a handover is for, and what the user, or other programs, do with it through Poetry's Python. */
export interface KeyringAtHand {
  open(): HandoverSession
  get(service: string): Promise<string>
  /** In this order. */
  set(...entries: readonly Entry[]): Promise<void>
  /** `user service` of each entry. */
  entries(): Promise<readonly string[]>
  /** Before the next test. */
  clear(): Promise<void>
}

type Entry = readonly [service: string, user: string, secret: string]

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const url = `https://${host}/pypi/my-repo/`
/** As long as a user's are; a role's do not fit the Credential Manager. */
const token = `eyJ${'a1B2'.repeat(299)}`

const request = (names: readonly string[], remove = names): HandoverRequest => ({
  remove: remove.map((name) => ({ service: `poetry-repository-${name}`, username: 'aws' })),
  write: [{ service: host, username: 'aws', password: token }],
  check: names.map((name) => ({ name, url, username: 'aws', password: token })),
})

/**
 * What a handover does, whatever the system's keyring is.
 * @param keyring - asked for in each test
 * @param expected - what Poetry's Python says of itself: patterns
 * @param it - how a test is run
 */
export function handoverContract(
  keyring: () => KeyringAtHand,
  expected: { backend: RegExp; poetry: RegExp },
  it: (name: string, act: () => Promise<void>) => void = test,
): void {
  let session: HandoverSession | undefined
  afterEach(async () => {
    session?.close()
    await keyring().clear()
  })
  /** A session that was probed. */
  async function opened(): Promise<HandoverSession> {
    session = keyring().open()
    await session.probe()
    return session
  }
  const handOver = async (what: HandoverRequest) => (await opened()).apply(what)
  const entries = async () => [...(await keyring().entries())].sort()

  it('probe tells what is there, and writes nothing', async () => {
    session = keyring().open()
    const { poetryVersion, backend, configDir } = await session.probe()
    expect([poetryVersion, backend]).toEqual([
      expect.stringMatching(expected.poetry),
      expect.stringMatching(expected.backend),
    ])
    expect(configDir).toMatch(/\w/)
    expect(await entries()).toEqual([])
  })

  it('writes the entry that Poetry reads, and nothing new the second time', async () => {
    for (let runs = 0; runs < 2; runs += 1) {
      expect(await handOver(request(['dev', 'shared']))).toEqual({ ready: ['dev', 'shared'], failed: new Map() })
      session?.close()
      expect(await keyring().get(host)).toBe(token)
      expect(await entries()).toEqual([`aws ${host}`])
    }
  })

  it('replaces an older token, removes entries by our names, leaves the others', async () => {
    await keyring().set(
      [host, 'aws', 'old'],
      ['poetry-repository-dev', 'aws', 'stale'],
      ['poetry-repository-other', 'aws', 'foreign'],
    )
    expect((await handOver(request(['dev']))).ready).toEqual(['dev'])
    expect(await entries()).toEqual([`aws ${host}`, 'aws poetry-repository-other'])
    expect(await keyring().get(host)).toBe(token)
    expect(await keyring().get('poetry-repository-other')).toBe('foreign')
  })

  it('removes what it is told, and nothing else', async () => {
    const kept = ['poetry-repository-dev', 'other.example', url]
    await keyring().set(...[host, ...kept].map((service) => [service, 'aws', 'secret'] as const), [
      host,
      'somebody',
      'secret',
    ])
    const gone = [host, 'not.there'].map((service) => ({ service, username: 'aws' }))
    expect(await (await opened()).remove(gone)).toEqual(new Map())
    expect(await entries()).toEqual([...kept.map((service) => `aws ${service}`), `somebody ${host}`].sort())
  })

  it('says what hides the token, and serves the other names', async () => {
    await keyring().set(['poetry-repository-dev', 'aws', 'by hand'])
    const { ready, failed } = await handOver(request(['dev', 'shared'], []))
    expect(ready).toEqual(['shared'])
    expect([...failed.keys()]).toEqual(['dev'])
    expect(failed.get('dev')).toMatchObject({
      code: 'KEYRING_FAILED',
      message: expect.stringContaining('poetry-repository-dev in keyring.backends.'),
    })
  })

  it('an entry for the URL comes before the one for the host', async () => {
    await keyring().set([url, 'aws', 'by hand'])
    const { failed } = await handOver(request(['dev']))
    expect(failed.get('dev')?.message).toContain(url)
  })
}
