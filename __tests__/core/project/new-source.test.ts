import {
  newSource,
  pluginEntry,
  sameSource,
  typedDomain,
  typedRepository,
  typedUrl,
} from '../../../src/core/project/new-source.ts'
import { readPluginSources } from '../../../src/core/project/plugin-sources.ts'

const warnings: string[] = []
const checker = { warn: (text: string) => warnings.push(text) }
const domain = { domain: 'my-domain', region: 'us-east-1' }
const owner = '564131876131'
const dev = { ...domain, owner, repository: 'dev' }
const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'

test.each([
  [undefined, { ...dev, name: 'dev' }],
  ['mine', { ...dev, name: 'mine' }],
])('name %s: what is written is what is read', (name, source) => {
  const entry = pluginEntry(newSource(name, dev))
  const document = { tool: { 'poetry-plugin-code-artifact': { sources: [entry] } } }
  expect(readPluginSources(document, 'f', checker.warn)).toEqual({ fit: [{ ...source, origin: 'plugin' }], unfit: [] })
})

test('without an owner, none is written', () => {
  expect(Object.keys(pluginEntry(newSource('a', { ...domain, repository: 'dev' })))).toEqual([
    ...['name', 'aws-codeartifact-domain', 'aws-codeartifact-region', 'aws-codeartifact-repository'],
  ])
})

test('a repository with a dot gives a name without', () => {
  expect(newSource(undefined, { ...dev, repository: 'team.dev' }).name).toBe('team-dev')
})

test.each([`https://${host}/pypi/dev/simple/`, `https://${host}/pypi/dev/`, `https://${host}/pypi/dev`])(
  'the URL %s',
  (url) => {
    expect(typedUrl(url, checker)).toEqual(dev)
  },
)

test.each([
  [() => typedDomain({ region: 'us-east-1' }, checker), '--domain is missing'],
  [() => typedDomain({ domain: 'my-domain' }, checker), '--region is missing'],
  [() => typedDomain({ ...domain, domain: 'My' }, checker), '--domain must have 2 to 50 lower-case'],
  [() => typedDomain({ ...domain, owner: '12' }, checker), '--owner must be an AWS account of 12 digits; it is "12".'],
  [
    () => typedDomain({ ...domain, region: 'eus-east-1' }, checker),
    '--region "eus-east-1" is not an AWS region; did you mean us-east-1?',
  ],
  [() => typedRepository('a/b'), '--repository must have 2 to 100 letters'],
  [() => newSource('PyPI', dev), 'name "PyPI" is reserved'],
  [() => newSource('a.b', dev), 'name has a "."'],
  [() => newSource('-a', dev), 'name may have up to 100 letters'],
  [() => typedUrl(`http://${host}/pypi/dev/`, checker), 'url must start with https://'],
  [() => typedUrl(`https://${host}/npm/dev/`, checker), 'url must have the path /pypi/<repository>/simple/'],
  [() => typedUrl('https://pypi.org/simple/', checker), 'is not that of a CodeArtifact repository'],
  [() => typedUrl(`https://${host}.evil.example/pypi/dev/`, checker), 'is not that of a CodeArtifact repository'],
])('usage: %#', (check, message) => {
  expect(check).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }))
})

test('a URL with a password: refused, and not repeated', () => {
  for (const at of [host, 'nexus.example'])
    expect(() => typedUrl(`https://aws:SECRET@${at}/pypi/dev/`, checker)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.not.stringContaining('SECRET') }),
    )
})

test('a region that this version does not know: a warning', () => {
  warnings.length = 0
  expect(typedDomain({ ...domain, region: 'us-east-9', force: true }, checker).region).toBe('us-east-9')
  expect(warnings).toEqual([expect.stringContaining('--region "us-east-9" is not a region that this version knows')])
})

describe('a name that is there', () => {
  const has = {
    file: 'f',
    sources: [newSource('dev', dev)],
    declarations: [{ name: 'nexus', url: 'https://me:SECRET@nexus.example/simple/' }],
  }

  test.each(['dev', 'DEV'])('as %s, for the same repository', (name) => {
    expect(sameSource(has, newSource(name, dev))).toBe(has.sources[0])
  })

  test('is free for the same repository again', () => {
    expect(sameSource(has, newSource('qa', dev))).toBeUndefined()
  })

  test.each([
    [
      'Dev',
      { repository: 'prod' },
      `there it is ${owner}/my-domain/us-east-1/dev, and not ${owner}/my-domain/us-east-1/prod`,
    ],
    ['dev', { owner: '111122223333' }, 'and not 111122223333/my-domain'],
    ['nexus', {}, 'there it is a source at nexus.example'],
  ])('%s is taken', (name, other, message) => {
    expect(() => sameSource(has, newSource(name, { ...dev, ...other }))).toThrow(
      expect.objectContaining({
        code: 'SOURCE_INVALID',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('another name'),
      }),
    )
  })
})
