import { describe, expect, test } from '@jest/globals'
import {
  currentClaim,
  otherIdentity,
  otherLogin,
  type ReadSources,
  recordedClaims,
} from '../../../src/core/plan/conflicts.ts'
import { as, project, record, state, target } from '../facts.ts'

const dev = target('dev')
const conflict = (...texts: string[]) =>
  expect.objectContaining({ code: 'NAME_CONFLICT', message: expect.stringMatching(texts.map(literally).join('.*')) })
const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

describe('claims', () => {
  const { name, url, identity, ...repository } = record('dev')
  const claim = (more = {}) => ({ name: 'dev', project: '/other', url, repository: { ...repository, ...more } })

  test('are what other projects were synced with under the names asked for', () => {
    const projects = { '/own': project(record('dev')), '/other': project(record('dev'), record('qa')) }
    const claimed = (...names: string[]) =>
      recordedClaims(state({ projects }), '/own', new Set(names)).map((one) => `${one.name} ${one.project}`)
    expect(claimed('dev')).toEqual(['dev /other'])
    expect(claimed('dev', 'qa')).toEqual(['dev /other', 'qa /other'])
    expect(recordedClaims(state({ projects }), '/own', new Set(['dev']))).toMatchObject([{ repository }])
  })

  test.each([
    [
      'what the file says now, the owner as recorded where it names none',
      [{ ...repository, repository: 'new', owner: undefined }],
      { repository: 'new', owner: repository.owner },
    ],
    ['nothing for a name that the file does not have any more', [], undefined],
    ['what was recorded for a file that is not there, or cannot be read', undefined, repository],
  ] as const)('are %s', (_, reading, meant) => {
    const sources = Array.isArray(reading) ? reading.map((one) => ({ ...one, name: 'dev', origin: 'plugin' })) : reading
    expect(currentClaim(claim(), sources as ReadSources)?.repository).toEqual(meant && expect.objectContaining(meant))
  })

  test('tell of projects that keep their lines to themselves', () => {
    const projects = { '/other': { ...project(record('dev')), local: true as const } }
    expect(recordedClaims(state({ projects }), '/own', new Set(['dev']))).toMatchObject([{ isLocal: true }])
  })
})

describe('identities', () => {
  test.each([
    ['one', [dev, target('other', { repository: 'dev' })]],
    ['two, for two repositories', [dev, target('qa', { identity: as('bob') })]],
  ])('%s', (_, targets) => {
    expect(targets.map((one) => otherIdentity(one, targets))).toEqual([undefined, undefined])
  })

  test('two for one repository', () => {
    const role = { ...as('bob'), roleArn: 'arn:aws:iam::564131876131:role/r' }
    const other = target('other', { repository: 'dev', identity: role })
    const targets = [target('qa'), dev, other]
    expect(otherIdentity(target('qa'), targets)).toBeUndefined()
    expect(otherIdentity(dev, targets)).toEqual(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          'Sources dev and other are the same repository (my-domain/dev), but have two AWS identities: profile alice, and arn:aws:iam::564131876131:role/r on top of profile bob.',
      }),
    )
  })

  test('a source that the run is not about counts too', () => {
    const others = [record('other', { repository: 'dev', identity: as('bob') })]
    expect(otherIdentity(target('qa'), others)).toBeUndefined()
    expect(otherIdentity(dev, others)).toEqual(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

test.each([
  ['ours', 'aws', true],
  ['nobody’s', undefined, true],
  ['another user’s', 'me', false],
  ['an empty one', '', false],
])('a user name in auth.toml: %s', (_, user, fine) => {
  const found = otherLogin('dev', new Map([['qa', 'me'], ...(user === undefined ? [] : [['dev', user] as const])]))
  expect(found).toEqual(fine ? undefined : conflict('dev', JSON.stringify(user), 'auth.toml'))
})
