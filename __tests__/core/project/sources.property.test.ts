import { readDeclarations } from '../../../src/core/project/declarations.ts'
import { rules } from '../../../src/core/project/fields.ts'
import { pluginEntry } from '../../../src/core/project/new-source.ts'
import { readAnySources } from '../../../src/core/project/sources.ts'
import { constructedUrl, simpleUrl } from '../../../src/core/repository/endpoint.ts'
import { dnsSuffix } from '../../../src/core/repository/region.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { fc } from '../../helpers/property.ts'
import { repositories } from '../arbitraries.ts'

const names = fc
  .stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,30}$/)
  .filter((name) => name.toLowerCase() !== 'pypi' && !(name in {}))
const odd = fc.oneof(
  fc.constantFrom('dev', 'DEV', 'pypi', '__proto__', 'constructor', '', 5, true, new Date(0)),
  fc.jsonValue({ maxDepth: 2 }),
)
const keys = fc.constantFrom(
  ...[
    'name',
    'url',
    'priority',
    'secondary',
    'aws-codeartifact-domain',
    'aws-codeartefact-owner',
    'aws-codeartifact-region',
  ],
  ...['aws-codeartifact-repository', 'aws-codeartifact-owner', 'aws-codeartifact-ownr', '__proto__'],
)
const entries = fc.oneof(
  fc.tuple(names, repositories).map(([name, it]) => pluginEntry({ ...it, name, origin: 'plugin' })),
  fc.tuple(names, repositories).map(([name, it]) => ({ name, url: simpleUrl(constructedUrl(it)) })),
  fc.array(fc.tuple(keys, odd), { maxLength: 5 }).map(Object.fromEntries),
  odd,
)
const lists = fc.oneof({ weight: 5, arbitrary: fc.array(entries, { maxLength: 3 }) }, { weight: 1, arbitrary: odd })
const documents = fc
  .record({ sources: lists, source: lists, tool: fc.boolean() })
  .map(({ sources, source, tool }): unknown =>
    tool ? { tool: { 'poetry-plugin-code-artifact': { sources }, poetry: { source } } } : { tool: sources },
  )

test('whatever a pyproject.toml says: each source can be addressed, or one error names the file', () => {
  fc.assert(
    fc.property(documents, (document) => {
      try {
        const { sources } = readAnySources(document, '/p/pyproject.toml')
        readDeclarations(document, '/p/pyproject.toml')
        expect(new Set(sources.map(({ name }) => name.toLowerCase())).size).toBe(sources.length)
        for (const { name, domain, owner = '000000000000', region, repository } of sources) {
          expect(name).toMatch(rules.name.pattern)
          expect(domain).toMatch(rules.domain.pattern)
          expect(owner).toMatch(rules.owner.pattern)
          expect(repository).toMatch(rules.repository.pattern)
          expect(dnsSuffix(region)).toBeDefined()
        }
      } catch (error) {
        expect(error).toBeInstanceOf(CaSyncError)
        expect(error).toMatchObject({ code: 'SOURCE_INVALID', message: expect.stringContaining('/p/pyproject.toml') })
      }
    }),
  )
})

test('a source that we add is the source that we read', () => {
  fc.assert(
    fc.property(names, repositories, fc.boolean(), (name, { owner, ...it }, isOwn) => {
      const source = { name, ...it, ...(isOwn ? {} : { owner }), origin: 'plugin' as const }
      const document = { tool: { 'poetry-plugin-code-artifact': { sources: [pluginEntry(source)] } } }
      expect(readAnySources(document, 'f').sources).toEqual([source])
    }),
  )
})

test('a declaration of what we build is that repository', () => {
  fc.assert(
    fc.property(names, repositories, (name, it) => {
      const url = simpleUrl(constructedUrl(it))
      const document = { tool: { poetry: { source: [{ name, url }] } } }
      expect(readAnySources(document, 'f').sources).toEqual([
        { name, ...it, origin: 'poetry', declaration: { name, url } },
      ])
    }),
  )
})
