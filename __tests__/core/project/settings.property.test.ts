import { readUserConfig } from '../../../src/core/project/settings.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { codePoint, fc } from '../../helpers/property.ts'

const keys = fc.constantFrom(
  'profile',
  'role-arn',
  'duration',
  'refresh-before',
  'notify',
  'domains',
  'sources',
  '__proto__',
  'constructor',
)
const values = fc.oneof(
  fc.constantFrom(
    '12h',
    '0',
    3600,
    '50%',
    true,
    'arn:aws:iam::123456789012:role/x',
    'dev',
    new Date(0),
    Number.NaN,
    '',
  ),
  fc.jsonValue({ maxDepth: 2, stringUnit: codePoint }),
)
const tables = fc.array(fc.tuple(fc.oneof(keys, fc.string()), values), { maxLength: 4 }).map(Object.fromEntries)
const documents = fc
  .tuple(
    tables,
    fc.dictionary(fc.constantFrom('my-domain/123456789012', 'my-domain', 'x', '__proto__'), tables),
    tables,
  )
  .map(([top, domains, sources]): unknown => ({ ...top, domains, sources: { dev: sources } }))

test('whatever the settings file says, it is settings or one error that names the file', () => {
  fc.assert(
    fc.property(fc.oneof(documents, values), (document) => {
      try {
        const { notify, domains, durationSeconds = 0 } = readUserConfig(document, '/home/me/config.toml')
        expect(typeof notify).toBe('boolean')
        expect(durationSeconds === 0 || durationSeconds >= 900).toBe(true)
        for (const key of domains.keys()) expect(key).toMatch(/^[^/]+\/\d{12}$/)
      } catch (error) {
        expect(error).toBeInstanceOf(CaSyncError)
        expect(error).toMatchObject({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining('/home/me/config.toml'),
        })
      }
    }),
  )
})
