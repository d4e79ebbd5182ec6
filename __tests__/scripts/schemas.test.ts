import { readdirSync, readFileSync } from 'node:fs'
import { parse } from '@iarna/toml'
import { expect, test } from '@jest/globals'
import { schemas } from '../../scripts/pages/schemas.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { holdTo } from '../helpers/schema.ts'

test.each(Object.entries(schemas))('schema/%s.json is made of the code (npm run build makes it)', (name, schema) => {
  expect(JSON.parse(readFileSync(checkout(`schema/${name}.json`), 'utf8'))).toEqual(schema)
})

test('schema/ has no other file', () => {
  expect(readdirSync(checkout('schema')).sort()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.json`)
      .sort(),
  )
})

const settings = (text: string) => () => holdTo('config', JSON.parse(JSON.stringify(parse(text))))

test('settings: those of the docs hold, and a mistyped one does not', () => {
  const [, shown = ''] = /```toml\n([\s\S]*?)```/.exec(readFileSync(checkout('docs/configuration.md'), 'utf8')) ?? []
  expect(settings(shown)).not.toThrow()
  expect(settings('profil = "dev"')).toThrow('additional properties')
  expect(settings('[domains."my-domain"]\nprofile = "x"')).toThrow('additional properties')
  expect(settings('role-arn = "me"')).toThrow('pattern')
})

test.each([
  ['sync', { sources: [], error: null }, 'schemaVersion'],
  ['sync', { sources: [{ name: 'dev' }], error: null, schemaVersion: 1 }, 'domain'],
  ['error', { error: { code: 'NOPE', message: '', hint: '' }, schemaVersion: 1 }, 'allowed values'],
])('a document of %s that lacks something does not hold: %j', (name, document, why) => {
  expect(() => holdTo(name, document)).toThrow(why)
})
