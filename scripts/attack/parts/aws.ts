import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { plugin, pyproject } from '../../../__tests__/e2e/pyproject.ts'
import { answers, endpoints, storms, type Told, tokens } from '../aws-answers.ts'
import type { Bench } from '../bench.ts'
import { expectUnharmed, expectWell, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'

/** A run that AWS tells nonsense ends in time and says so; and when AWS is well again, so is the next run. */
const told = (operation: string, { title, fault, believed }: Told): Try => ({
  name: `${operation}: ${title}`,
  async run(bench) {
    const stranger = await openStranger()
    try {
      const cwd = await ownAccount(bench)
      bench.emulator.faults.set(operation, typeof fault === 'function' ? fault(stranger.url) : fault)
      const said = await bench.caSync(['--unattended'], { cwd, timeoutMs: 25_000 })
      must(said.signal === null, 'it had not ended after 25 s')
      must(
        said.code === 0 || (said.code !== 1 && /^error: /m.test(said.stderr)),
        `it ended with ${said.code}: ${said.stderr}`,
      )
      must(stranger.asked() === 0, `the stranger was asked ${stranger.asked()} times`)
      bench.emulator.faults.clear()
      // What AWS says of its own token is believed; a person who knows better says so.
      if (believed) await bench.caSync(['--force'], { cwd })
      await expectUnharmed(bench, [said])
      await expectWell(bench)
    } finally {
      stranger.close()
    }
  },
})

/** The example, and a source without an owner, for which STS is asked. */
async function ownAccount(bench: Bench): Promise<string> {
  return bench.makeProject('own-account', pyproject(plugin({ name: 'own', owner: null })))
}

/** A server of somebody else's. */
async function openStranger() {
  let asked = 0
  const server = createServer((_, response) => {
    asked += 1
    response.end('{"authorizationToken":"of-a-stranger","expiration":4000000000}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    close: () => server.close(),
  }
}

export const aws: Part = {
  name: 'aws',
  seconds: 80,
  tries: () => [
    ...[...answers, ...storms].map((one) => told('GetAuthorizationToken', one)),
    // The others are read by the same code: for them, some will do.
    ...answers.map((one, index) => told(index % 2 === 0 ? 'GetRepositoryEndpoint' : 'GetCallerIdentity', one)),

    ...tokens.map((one) => told('GetAuthorizationToken', one)),
    ...endpoints.map((one) => told('GetRepositoryEndpoint', one)),
  ],
}
