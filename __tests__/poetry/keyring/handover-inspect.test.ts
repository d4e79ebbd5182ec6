// Needs Poetry and a keyring.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import type { Box } from '../../../scripts/testbed/box.ts'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import type { LookRequest } from '../../../src/core/ports/poetry-python.ts'
import { openInspection } from '../../../src/poetry/keyring/handover.ts'
import { box, closeAll, handOver, host, keyring, request, token, url } from './handover-helpers.ts'

jest.setTimeout(120_000)

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
  await closeAll()
})

async function look(at: Box, what: Partial<LookRequest>, line: '2.5' | '1.8' = '2.5') {
  const { python } = poetry(line)
  const now = () => performance.now()
  const { platform } = process
  const uid = process.getuid?.()
  const session = openInspection({
    ...{ python, env: at.env, platform, uid, projects: [at.home], unattended: true, budgetMs: 20_000, now },
  })
  try {
    const installation = await session.describe()
    const { backend } = await session.probe()
    return { installation, backend, ...(await session.look({ looks: [], indexes: [], ...what })) }
  } finally {
    session.close()
  }
}

const asked = { name: 'dev', url, username: 'aws', password: token }
const other = { ...asked, password: 'another' }

/** Gives the URL of a server, and what it was asked. */
async function serve(answer: RequestListener) {
  const seen: (string | undefined)[] = []
  const server = createServer((message, response) => {
    seen.push(message.headers.authorization)
    answer(message, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen }
}

describe.each(['2.5', '1.8'] as const)('Poetry %s', (line) => {
  test('tells what it is, and which entry it finds', async () => {
    const at = await box()
    await handOver(at, request())
    const seen = await look(at, { looks: [asked, other, { ...asked, password: null }] }, line)
    expect(seen.installation.poetryVersion.startsWith(line)).toBe(true)
    expect(seen.installation.configDir).toBe(`${at.home}/.config/pypoetry`)
    expect(seen.backend).toBe('keyring.backends.SecretService.Keyring')
    expect(seen.found).toEqual(
      [true, false, false].map((isOurs) => ({ name: 'dev', service: host, isOurs, pypiToken: false })),
    )
  })
})

test('an entry by name comes first, and a PyPI token is seen', async () => {
  const at = await box()
  await handOver(at, request())
  await keyring(at, ['set', 'poetry-repository-dev', 'aws'], token)
  await keyring(at, ['set', 'poetry-repository-dev', '__token__'], 'x')
  expect((await look(at, { looks: [asked] })).found).toEqual([
    { name: 'dev', service: 'poetry-repository-dev', isOurs: true, pypiToken: true },
  ])
})

test('an empty keyring', async () => {
  expect((await look(await box(), { looks: [asked] })).found).toEqual([
    { name: 'dev', service: null, isOurs: false, pypiToken: false },
  ])
})

test('the token goes to the index, and to nobody that it points to', async () => {
  const stranger = await serve((_, response) => response.end('hello'))
  const index = await serve((_, response) => response.writeHead(302, { location: stranger.url }).end())
  const { answers } = await look(await box(), { indexes: [{ ...asked, url: index.url }] })
  expect(answers).toEqual([{ name: 'dev', status: 302, detail: '' }])
  expect(index.seen).toEqual([`Basic ${Buffer.from(`aws:${token}`).toString('base64')}`])
  expect(stranger.seen).toEqual([])
})

test('without a copy, the entry of the host is tried, and never one by name', async () => {
  const index = await serve((_, response) => response.end('hello'))
  const at = await box()
  await keyring(at, ['set', 'poetry-repository-dev', 'aws'], 'of another server')
  const unknown = { ...asked, url: `${index.url}pypi/dev/simple/ca-sync/`, password: null }
  expect((await look(at, { indexes: [unknown] })).answers).toEqual([])
  await keyring(at, ['set', new URL(index.url).host, 'aws'], token)
  expect((await look(at, { indexes: [unknown] })).answers).toMatchObject([{ status: 200 }])
  expect(index.seen).toEqual([`Basic ${Buffer.from(`aws:${token}`).toString('base64')}`])
})

test('an index that is not there: why, without the token', async () => {
  const { answers } = await look(await box(), { indexes: [{ ...asked, url: 'http://127.0.0.1:9/' }] })
  expect(answers).toMatchObject([{ status: null, detail: expect.stringMatching(/^ConnectionError: .*refused/) }])
  expect(JSON.stringify(answers)).not.toContain(token)
})
