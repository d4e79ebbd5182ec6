import { expect, test } from '@jest/globals'
import { poetryRefusal } from '../../../src/core/project/refusal.ts'

const source = (more: object = {}) => ({ name: 'dev', url: 'https://x.example/simple/', ...more })
const declaring = (...entries: readonly unknown[]) => ({ tool: { poetry: { source: entries } } })
const requiring = (version: unknown) => ({ tool: { poetry: { 'requires-poetry': version } } })
const legacy = { name: 'a', version: '1', description: '', authors: [] }

test('a byte-order mark', () => {
  const marked = { document: {}, file: '/p', isMarked: true }
  const message = 'Poetry 2.5.1 refuses /p: it starts with a byte-order mark.'
  expect(poetryRefusal(marked, '2.5.1')).toMatchObject({ message })
})

// What Poetry itself says of each is tried in e2e/verdict.test.ts.
test.each<[document: unknown, version: string | undefined, why: RegExp | undefined]>([
  [{}, '2.5.1', undefined],
  ['no table', '2.5.1', undefined],
  [declaring('text', source()), '2.5.1', undefined],
  [declaring(source({ priority: 'bogus' })), undefined, undefined],
  [declaring(source({ priority: 'bogus' })), '2.5.1', /^Poetry 2\.5\.1 refuses \/p: source "dev" .* "bogus"/],
  [declaring(source({ priority: 'secondary' })), '1.8.5', undefined],
  [declaring(source({ priority: 'secondary' })), '2.0.0', /"secondary"/],
  [declaring(source({ priority: 'primary' })), '1.4.2', /key "priority"/],
  [declaring(source({ default: false })), '1.8.5', undefined],
  [declaring(source({ default: false })), '2.0.0', /key "default"/],
  [declaring(source({ links: true, indexed: true })), '1.3.0', undefined],
  [declaring(source(), source({ name: 'qa', foo: 1 })), '1.8.5', /"qa".*key "foo"/],
  [declaring({ name: 'dev' }), '2.5.1', /no url/],
  [declaring({ name: 'PyPI', priority: 'explicit' }), '2.5.1', undefined],
  [declaring(source({ name: 'pypi' })), '1.8.5', /PyPI/],
  [requiring('>=2.0'), '2.5.1', undefined],
  [requiring('2.*'), '2.5.1', undefined],
  [requiring('~=2.1, !=2.3'), '2.5.1', undefined],
  [requiring('>=3 || >=2'), '2.5.1', undefined],
  [requiring(3), '2.5.1', undefined],
  [requiring('whatever'), '2.5.1', undefined],
  [requiring('>=2.6'), '2.5.1', /requires-poetry is ">=2\.6"/],
  [requiring('^3.0'), '2.5.1', /requires-poetry/],
  [requiring('>=2.0,<2.5'), '2.5.1', /requires-poetry/],
  [{ project: {} }, '2.0.0', undefined],
  [{ project: {} }, '1.8.5', /name, version, description, authors are missing .* for Poetry 2/],
  [{ project: {}, tool: { poetry: legacy } }, '1.8.5', undefined],
  [{ project: {}, tool: { poetry: { ...legacy, authors: undefined } } }, '1.8.5', /authors is missing/],
  [{ project: {}, tool: { poetry: { 'package-mode': false } } }, '1.8.5', undefined],
])('%j of Poetry %s: %s', (document, version, why) => {
  const found = poetryRefusal({ document, file: '/p' }, version)
  if (why === undefined) expect(found).toBeUndefined()
  else expect(found).toMatchObject({ message: expect.stringMatching(why), hint: expect.stringMatching(/\.$/) })
})
