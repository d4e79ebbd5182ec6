import { expect, test } from '@jest/globals'
import type { State } from '../../../src/core/memory/state.ts'
import { assignServices } from '../../../src/core/plan/stores.ts'
import { hidingUrls } from '../../../src/core/plan/target.ts'
import { as, host, project, record, state, target, urlOf } from '../facts.ts'

const byUrl = (repository: string) => ['', 'simple', 'simple/'].map((end) => `${urlOf(repository)}${end}`)
const dev = target('dev')
const qa = target('qa')
const bob = { identity: as('bob') }
const elsewhere = { url: 'https://x.example/pypi/qa/' }

test.each<[string, Parameters<typeof assignServices>[0], State['projects'], readonly (readonly string[])[]]>([
  ['one identity', [dev, qa], {}, [[host], [host]]],
  ['two', [dev, target('qa', bob)], {}, [byUrl('dev'), byUrl('qa')]],
  ['two on two hosts', [dev, target('qa', { ...bob, ...elsewhere })], {}, [[host], ['x.example']]],
  ['another project, same identity', [dev], { '/other': project(record('qa')) }, [[host]]],
  ['another project, another identity', [dev], { '/other': project(record('qa', bob)) }, [byUrl('dev')]],
  ['another project, another host', [dev], { '/other': project(record('qa', { ...bob, ...elsewhere })) }, [[host]]],
  ['our own record is replaced', [dev], { '/own': project(record('dev', bob)) }, [[host]]],
  [
    'a source of ours that this run is not about',
    [dev],
    { '/own': project(record('dev'), record('qa', bob)) },
    [byUrl('dev')],
  ],
])('%s', (_, targets, projects, services) => {
  const assigned = assignServices(targets, state({ projects }), '/own')
  expect(assigned.map((one) => one.services)).toEqual(services)
})

test.each<[string, Parameters<typeof assignServices>[3], State['projects'], readonly string[]]>([
  ['asked for', { share: 'url' }, {}, [host, ...byUrl('dev')]],
  ['asked for, and two identities', { share: 'url' }, { '/other': project(record('qa', bob)) }, byUrl('dev')],
  ['for another project', {}, { '/other': { ...project(record('dev')), share: 'url' } }, [host, ...byUrl('dev')]],
  ['for another project’s repository', {}, { '/other': { ...project(record('qa')), share: 'url' } }, [host]],
  ['not any more', { share: 'host' }, { '/own': { ...project(record('dev')), share: 'url' } }, [host]],
  ['another identity, in plain text', {}, { '/other': { ...project(record('qa', bob)), store: 'plaintext' } }, [host]],
])('by URL: %s', (_, place, projects, services) => {
  expect(assignServices([dev], state({ projects }), '/own', place)[0]?.services).toEqual(services)
})

test('a token in plain text is in no keyring, and not the vault’s', () => {
  const [plain] = assignServices([dev], state(), '/own', { store: 'plaintext', file: '/auth.toml' })
  expect(plain).toEqual({
    ...dev,
    services: [],
    store: 'plaintext',
    file: '/auth.toml',
    tokenKey: `${dev.tokenKey} in /auth.toml`,
  })
})

test.each([
  [[host], byUrl('dev')],
  [byUrl('dev'), []],
])('with %j, %j would hide the token', (services, urls) => {
  expect(hidingUrls({ url: urlOf('dev'), services })).toEqual(urls)
})
