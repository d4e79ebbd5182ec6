import { expect, test } from '@jest/globals'
import { endPlaintext, keepingOf, recordKeeping } from '../../../src/core/memory/keeping.ts'
import type { Keeping, KeepingWish } from '../../../src/core/memory/state.ts'
import { project, record, state } from '../facts.ts'

const plain = { ...project(record('dev')), store: 'plaintext' as const }
const keyring = project(record('dev'))
const shared = { ...keyring, share: 'url' as const }
const byDefault: Keeping = { store: 'keyring', share: 'host' }

test.each<[string, Parameters<typeof state>[0], KeepingWish, Keeping]>([
  ['unless said', {}, {}, byDefault],
  ['asked for', {}, { store: 'plaintext', share: 'url' }, { store: 'plaintext', share: 'url' }],
  ['plain text, remembered', { projects: { '/own': plain } }, {}, { ...byDefault, store: 'plaintext' }],
  ['plain text, ended', { projects: { '/own': plain } }, { store: 'keyring' }, byDefault],
  ['by URL, remembered', { projects: { '/own': shared } }, {}, { ...byDefault, share: 'url' }],
  ['by URL, ended', { projects: { '/own': shared } }, { share: 'host' }, byDefault],
  [
    'another project with that name in plain text',
    { projects: { '/o': plain } },
    {},
    { ...byDefault, store: 'plaintext' },
  ],
  ['another name in plain text', { projects: { '/o': { ...plain, sources: [record('qa')] } } }, {}, byDefault],
  [
    'that name in plain text for another domain',
    { projects: { '/o': { ...plain, sources: [record('dev', { domain: 'other' })] } } },
    {},
    byDefault,
  ],
  ['another project by URL', { projects: { '/o': shared } }, {}, byDefault],
])('%s', (_, what, wish, keeping) => {
  expect(keepingOf(state(what), '/own', [record('dev')], wish)).toEqual(keeping)
})

test.each<[string, 'plaintext' | undefined, KeepingWish, boolean, object]>([
  ['plain text is recorded before it is there', undefined, { store: 'plaintext' }, false, { store: 'plaintext' }],
  ['and stays', 'plaintext', {}, true, { store: 'plaintext' }],
  [
    'also while the keyring does not serve all sources',
    'plaintext',
    { store: 'keyring' },
    false,
    { store: 'plaintext' },
  ],
  ['until it does', 'plaintext', { store: 'keyring' }, true, {}],
  ['following another project is not recorded', undefined, {}, true, {}],
])('%s', (_, store, wish, ready, recorded) => {
  expect(recordKeeping(store && { store }, wish, byDefault, ready)).toEqual(recorded)
})

test('entries by URL are recorded', () => {
  expect(recordKeeping(undefined, {}, { ...byDefault, share: 'url' }, true)).toEqual({ share: 'url' })
})

test('the end of plain text is that of all projects with the name, and they look closer', () => {
  const other = { ...plain, sources: [record('qa')], renewAt: 9 }
  const after = endPlaintext(state({ projects: { '/a': { ...plain, renewAt: 9 }, '/b': other } }), ['dev'])
  expect(after.projects).toEqual({ '/a': { ...keyring, renewAt: 0 }, '/b': other })
})
