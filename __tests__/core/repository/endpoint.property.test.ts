import {
  baseUrl,
  constructedUrl,
  hostOf,
  isCodeArtifactHost,
  parseRepositoryUrl,
  readUrl,
  sameRepository,
  simpleUrl,
} from '../../../src/core/repository/endpoint.ts'
import { partitions } from '../../../src/core/repository/region.ts'
import { type Repository, repositoryKey } from '../../../src/core/repository/source.ts'
import { anyText, anyUrl, fc } from '../../helpers/property.ts'
import { repositories } from '../arbitraries.ts'

const dualStack = ({ domain, owner, region, repository }: Repository): string =>
  `https://${domain}-${owner}.codeartifact.${region}.on.aws/pypi/${repository}/`

/** Every way to write a repository's URL that we take for it. */
const forms = (repository: Repository): string[] =>
  [constructedUrl(repository), dualStack(repository)].flatMap((url) => [
    url,
    url.slice(0, -1),
    `${url}simple`,
    `${url}simple/`,
  ])

test('what we build is what we read, in every partition', () => {
  fc.assert(
    fc.property(repositories, (repository) => {
      for (const url of forms(repository)) {
        expect(readUrl(url)).toEqual(repository)
        expect(isCodeArtifactHost(hostOf(url))).toBe(true)
        expect(simpleUrl(baseUrl(url))).toBe(simpleUrl(url))
        expect(baseUrl(simpleUrl(url))).toBe(baseUrl(url))
      }
    }),
  )
})

test('a region has the hosts of its own partition only', () => {
  fc.assert(
    fc.property(repositories, fc.constantFrom(...partitions), (repository, { dnsSuffix }) => {
      const url = constructedUrl(repository)
      const moved = url.replace(/(?<=\.d\.codeartifact\.[^.]+\.)[^/]+/, dnsSuffix)
      expect(typeof readUrl(moved)).toBe(moved === url ? 'object' : 'string')
      expect(sameRepository(moved, url)).toBe(moved === url)
    }),
  )
})

test('two URLs are one repository where all that names it is the same', () => {
  const pair = fc.tuple(repositories, repositories).chain(([one, other]) =>
    fc.tuple(
      fc.constant(one),
      fc.subarray(['domain', 'owner', 'region', 'repository'] as const).map((keys): Repository => {
        return { ...one, ...Object.fromEntries(keys.map((key) => [key, other[key]])) }
      }),
    ),
  )
  fc.assert(
    fc.property(pair, fc.nat(7), fc.nat(7), ([one, other], i, j) => {
      const expected = repositoryKey(one) === repositoryKey(other)
      expect(sameRepository(forms(one)[i] ?? '', forms(other)[j] ?? '')).toBe(expected)
    }),
  )
})

/** A URL with a change in it, as a stranger might make one. */
const lookAlikes = fc
  .tuple(
    repositories.map(constructedUrl),
    fc.nat(),
    fc.nat(4),
    fc.oneof(
      fc.constantFrom(
        '.',
        '-',
        '/',
        '@',
        '\\',
        '#',
        '?',
        ':',
        '%2e',
        '%40',
        '.evil.example',
        '.d',
        'а',
        'ⅽ',
        '。',
        '\t',
      ),
      fc.constantFrom('on.aws', 'amazonaws.com', '.codeartifact.us-east-1.amazonaws.com', 'aws:x@', '//', 'vpce.', '1'),
      anyText({ maxLength: 3 }),
    ),
  )
  .map(([url, place, cut, text]) => {
    const at = place % (url.length + 1)
    return url.slice(0, at) + text + url.slice(at + cut)
  })

test('whatever else a URL says, it is a repository only in one of its own forms', () => {
  fc.assert(
    fc.property(fc.oneof(lookAlikes, anyUrl, anyText()), (url) => {
      const found = parseRepositoryUrl(url)
      if (found === undefined) return
      expect(forms(found)).toContain(url)
    }),
  )
})
