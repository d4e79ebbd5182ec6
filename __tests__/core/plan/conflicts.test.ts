import { describe, expect, test } from '@jest/globals'
import {
  checkClaims,
  checkIdentities,
  checkUrls,
  checkUsernames,
  currentClaim,
  type ReadSources,
  recordedClaims,
} from '../../../src/core/plan/conflicts.ts'
import { as, project, record, state, target, urlOf } from '../facts.ts'

const dev = target('dev')
const conflict = (...texts: string[]) =>
  expect.objectContaining({ code: 'NAME_CONFLICT', message: expect.stringMatching(texts.map(literally).join('.*')) })
const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

describe('claims', () => {
  const { name, url, identity, ...repository } = record('dev')
  const claim = (more = {}) => ({ name: 'dev', project: '/other', repository: { ...repository, ...more } })

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

  test.each([
    ['the same repository', claim()],
    ['another name', { ...claim({ repository: 'x' }), name: 'qa' }],
    ['a name in another case, which Poetry tells apart', { ...claim({ repository: 'x' }), name: 'Dev' }],
  ])('%s is none', (_, other) => {
    expect(() => checkClaims([dev], [other])).not.toThrow()
  })

  test.each([
    ['repository', { repository: 'qa' }, '564131876131/my-domain/us-east-1/qa'],
    ['region', { region: 'eu-west-1' }, '564131876131/my-domain/eu-west-1/dev'],
    ['owner', { owner: '210987654321' }, '210987654321/my-domain/us-east-1/dev'],
    ['domain', { domain: 'other' }, '564131876131/other/us-east-1/dev'],
  ])('another %s', (_, more, shown) => {
    expect(() => checkClaims([dev], [claim(more)])).toThrow(
      conflict('dev', `${shown} in /other`, 'this project means 564131876131/my-domain/us-east-1/dev'),
    )
  })
})

describe('URLs in config.toml', () => {
  const check = (url: string, names = {}) =>
    checkUrls(
      [dev],
      new Map([
        ['dev', url],
        ['qa', 'https://x.example/'],
      ]),
      state({ names }),
    )

  test.each([
    urlOf('dev'),
    urlOf('dev').slice(0, -1),
    `${urlOf('dev')}simple`,
    `${urlOf('dev')}simple/`,
    'https://my-domain-564131876131.codeartifact.us-east-1.on.aws/pypi/dev/',
  ])('%s is the same repository', (url) => {
    expect(() => check(url)).not.toThrow()
  })

  test.each([
    ['another repository', urlOf('qa')],
    ['another host', 'https://other.example/pypi/dev/'],
    ['no URL at all', 'nonsense'],
    ['nothing', ''],
  ])('%s is a conflict', (_, url) => {
    expect(() => check(url)).toThrow(conflict(JSON.stringify(url), 'in your Poetry configuration'))
  })

  test('one that we wrote is none', () => {
    expect(() => check(urlOf('qa'), { dev: [urlOf('qa')] })).not.toThrow()
    expect(() => check(urlOf('qa'), { qa: [urlOf('qa')] })).toThrow(conflict('dev'))
  })
})

describe('identities', () => {
  test.each([
    ['one', [dev, target('other', { repository: 'dev' })]],
    ['two, for two repositories', [dev, target('qa', { identity: as('bob') })]],
  ])('%s', (_, targets) => {
    expect(() => checkIdentities(targets, [])).not.toThrow()
  })

  test('two for one repository', () => {
    const role = { ...as('bob'), roleArn: 'arn:aws:iam::564131876131:role/r' }
    const other = target('other', { repository: 'dev', identity: role })
    expect(() => checkIdentities([target('qa'), dev, other], [])).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          'Sources dev and other are the same repository (my-domain/dev), but have two AWS identities: profile alice, and arn:aws:iam::564131876131:role/r on top of profile bob.',
      }),
    )
  })

  test('a source that the run is not about counts too', () => {
    const others = [record('other', { repository: 'dev', identity: as('bob') })]
    expect(() => checkIdentities([target('qa')], others)).not.toThrow()
    expect(() => checkIdentities([dev], others)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

test.each([
  ['ours', 'aws', true],
  ['nobody’s', undefined, true],
  ['another user’s', 'me', false],
  ['an empty one', '', false],
])('a user name in auth.toml: %s', (_, user, fine) => {
  const check = () =>
    checkUsernames([dev], new Map([['qa', 'me'], ...(user === undefined ? [] : [['dev', user] as const])]))
  if (fine) expect(check).not.toThrow()
  else expect(check).toThrow(conflict('dev', JSON.stringify(user), 'auth.toml'))
})
