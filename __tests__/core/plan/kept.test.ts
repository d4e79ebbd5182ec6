import { expect, test } from '@jest/globals'
import { type Handed, handoverRequest } from '../../../src/core/plan/kept.ts'
import type { Target } from '../../../src/core/plan/target.ts'
import { as, host, life, target, urlOf } from '../facts.ts'

const handed = (secret: string, ...targets: [Target, ...Target[]]): Handed => ({
  tokenKey: targets[0].tokenKey,
  targets,
  token: { ...life, secret },
})
const username = 'aws'
const byUrl = (repository: string) => ['', 'simple', 'simple/'].map((end) => `${urlOf(repository)}${end}`)

test('nothing', () => {
  expect(handoverRequest([])).toEqual({ remove: [], write: [], check: [] })
})

test('one entry for a host, checked for each source; what would hide it goes', () => {
  const request = handoverRequest([handed('T', target('dev'), target('qa'))])
  expect(request.write).toEqual([{ service: host, username, password: 'T' }])
  expect(request.remove).toEqual(
    ['poetry-repository-dev', ...byUrl('dev'), 'poetry-repository-qa', ...byUrl('qa')].map((service) => ({
      service,
      username,
    })),
  )
  expect(request.check).toEqual(
    ['dev', 'qa'].flatMap((name) => byUrl(name).map((url) => ({ name, url, username, password: 'T' }))),
  )
})

test('entries by URL where two identities meet', () => {
  const dev = target('dev', { services: byUrl('dev') })
  const qa = target('qa', { services: byUrl('qa'), identity: as('bob') })
  const request = handoverRequest([handed('A', dev), handed('B', qa)])
  expect(request.write.map(({ service, password }) => [service, password])).toEqual([
    ...byUrl('dev').map((url) => [url, 'A']),
    ...byUrl('qa').map((url) => [url, 'B']),
  ])
  expect(request.remove.map(({ service }) => service)).toEqual(['poetry-repository-dev', 'poetry-repository-qa'])
})
