import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { never } from '../../../src/core/memory/freshness.ts'
import { isEmpty, type State } from '../../../src/core/memory/state.ts'
import { emptyState, type Reading, readState } from '../../../src/core/memory/state-shape.ts'
import { own, type Table } from '../../../src/core/project/document.ts'
import { host, project, record, target, urlOf } from '../facts.ts'
import { fullState, oddValues, placesIn, put } from './odd-states.ts'

const full = fullState()
const [app = '', other = ''] = Object.keys(full.projects)
const { tokenKey } = target('dev')
const read = (text: string): Reading => {
  const reading = readState(JSON.parse(text))
  if (reading === undefined || reading === 'newer') throw new Error(`it is ${reading ?? 'no state'}`)
  return reading
}

test('a state that is right is taken as it is', () => {
  expect(readState(full)).toEqual({ state: full, damage: [], isLost: false })
  expect(readState(emptyState)).toEqual({ state: emptyState, damage: [], isLost: false })
})

test('a table that is missing is empty, and no damage', () => {
  expect(readState({ version: 1 })).toEqual({ state: emptyState, damage: [], isLost: false })
})

test('a state in which stamps and keys of tokens still have the names of what they stand for is read as today', () => {
  const before = { tokenKey: 'token', keysStamp: 'credentials', apiStamp: 'api', environmentStamp: 'environment' }
  const earlier = Object.entries(before).reduce(
    (text, [now, name]) => text.replaceAll(`"${now}":`, `"${name}":`),
    JSON.stringify(full),
  )
  expect(earlier).not.toContain('tokenKey')
  expect(read(earlier)).toEqual({ state: full, damage: [], isLost: false })
  const named = { ...emptyState, names: { token: [urlOf('dev')] }, usernames: { token: true } }
  expect(readState(named)).toMatchObject({ state: named })
})

test.each<[string, unknown]>([
  ...['null', 'true', '1', '"x"', '[]', '{}', '[{"version":1}]', '{"projects":{}}'].map((text): [string, unknown] => [
    text,
    JSON.parse(text),
  ]),
  ...['"1"', '0', '-1', '0.5', 'null', 'true', '[1]', '{}', '-1e999'].map((text): [string, unknown] => [
    `version ${text}`,
    JSON.parse(put(full, ['version'], text)),
  ]),
  ['an inherited version', Object.create({ version: 1 })],
])('%s is no state', (_, document) => {
  expect(readState(document)).toBeUndefined()
})

test.each(['2', '1.5', '100', '1e999'])('version %s is for a newer ca-sync', (version) => {
  expect(readState(JSON.parse(put(full, ['version'], version)))).toBe('newer')
})

describe('whatever stands in one place, all else stays', () => {
  const places = placesIn(full).filter(([table]) => table !== undefined && table !== 'version')
  const same = isDeepStrictEqual

  /** What is not as it should be, in words. */
  function wrong([table = '', key]: readonly string[], text: string): string[] {
    const { state, damage } = read(text)
    const others = (records: object) => Object.entries(records).filter(([one]) => key !== undefined && one !== key)
    const kept = (Object.entries(full) as unknown as [string, object][]).every(([name, records]) => {
      const now = state[name as keyof State]
      if (name === table) return others(records).every(([one, value]) => same(own(now as Table, one), value))
      return same(name === 'leaving' ? { ...(now as object), ...records } : now, name === 'leaving' ? now : records)
    })
    const told = key === undefined ? `${table} ` : `${table} ${key}`
    return [
      ...(same(readState(JSON.parse(JSON.stringify(state))), { state, damage: [], isLost: false })
        ? []
        : ['what was read is not right']),
      ...(kept ? [] : ['something else is gone']),
      ...damage.filter((one) => one !== table && !one.startsWith(told)),
    ]
  }

  test.each(places.map((place) => [place.join(' '), place] as const))('%s', (_, place) => {
    expect(wrong(place, put(full, place))).toEqual([])
    for (const odd of oddValues)
      expect([odd.slice(0, 80), ...wrong(place, put(full, place, odd))]).toEqual([odd.slice(0, 80)])
  })

  test('of which there are many kinds', () => {
    expect(places.length * oddValues.length).toBeGreaterThan(1_500)
  })
})

const projectOf = (change: string, at: readonly string[] = []) =>
  read(put(full, ['projects', app, ...at], change)).state.projects[app]

describe('of a project', () => {
  test.each([
    ['no object', '5', []],
    ['nothing in it', '{}', []],
    ['an array', '[]', []],
    ['no sources', 'null', ['sources']],
    ['only sources that are wrong', '[{"name":"dev"}]', ['sources']],
    ['no Poetry', 'null', ['poetry']],
    ['a Python that is relative', '"venv/bin/python"', ['poetry', 'python']],
    ['a Python in the folder above', '"../python"', ['poetry', 'python']],
    ['a Poetry that is relative', '"./poetry"', ['poetry', 'poetry']],
    ['a config folder that is relative', '".config/pypoetry"', ['poetry', 'configDir']],
    ['no config folder', '""', ['poetry', 'configDir']],
    ['a path with a NUL', '"/a\\u0000b"', ['poetry', 'python']],
  ])('%s: it is left out', (_, change, at) => {
    expect(projectOf(change, at)).toBeUndefined()
  })

  test.each([
    ['renewAt', '-1', { renewAt: 0 }],
    ['renewAt', '"2000"', { renewAt: 0 }],
    ['renewAt', '1e999', { renewAt: 0 }],
    ['renewAt', String(never * 10), { renewAt: 0 }],
    ['expiresAt', 'null', { expiresAt: 0 }],
    ['inputs', '[]', { inputs: {} }],
    ['inputs', '{"relative":"1 2"}', { inputs: {} }],
    ['environmentStamp', '7', { environmentStamp: '' }],
  ])('%s %s is as if nobody knew', (key, change, expected) => {
    expect(projectOf(change, [key])).toMatchObject(expected)
  })

  test.each(['store', 'share', 'without', 'failure', 'ranAt'])('%s is left out where it is wrong', (key) => {
    expect(projectOf('{"no":1}', [key])).not.toHaveProperty(key)
    expect(projectOf('"x"', [key])).not.toHaveProperty(key)
  })

  test.each([
    ['another identity than was meant', 'null', ['identity', 'roleArn']],
    ['no ARN', '"admin"', ['identity', 'roleArn']],
    ['no identity', '{}', ['identity']],
    ['an unknown kind of identity', '"root"', ['identity', 'base', 'kind']],
    ['a URL of no server', '"file:///etc"', ['url']],
    ['another place for its token', '4', ['apiStamp']],
    ['an account of eleven digits', '"56413187613"', ['owner']],
    ['a name that every object has', '"constructor"', ['name']],
  ])('a source with %s is left out, and no other one', (_, change, at) => {
    expect(projectOf(change, ['sources', '1', ...at])?.sources).toEqual([record('dev')])
  })

  test('its Python stays known, since it wrote entries', () => {
    const { state } = read(put(full, ['projects', app, 'sources'], '5'))
    expect(state.leaving).toMatchObject({ [app]: full.projects[app]?.poetry })
  })
})

describe('what we own', () => {
  test.each(['null', '{}', '5', '[]', '"x"'])('is known by its key, whatever is left of its record (%s)', (odd) => {
    const { state } = read(
      `{"version":1,"tokens":{"${tokenKey}":${odd}},"entries":{"${host}":${odd}},"names":{"dev":${odd}},"usernames":{"dev":${odd}},"created":{"/c/auth.toml":${odd}}}`,
    )
    const [issuedAt, expiresAt] = [new Date(0).toISOString(), new Date(0).toISOString()]
    expect(state).toEqual({
      ...emptyState,
      tokens: { [tokenKey]: { issuedAt, expiresAt } },
      entries: { [host]: { tokenKey: '', issuedAt, readers: [] } },
      ...{ names: { dev: [] }, usernames: { dev: true }, created: { '/c/auth.toml': true } },
    })
  })

  test('a token keeps the stamp by which its copy in plain text is found', () => {
    const { state } = read(put(full, ['tokens', tokenKey, 'expiresAt'], '"soon"'))
    expect(state.tokens[tokenKey]).toMatchObject({ stamp: '6f', expiresAt: new Date(0).toISOString() })
  })

  test.each(['"9999-12-31T23:59:59.000Z"', '"1971-01-01T00:00:00.000Z"'])(
    'a token that lived until %s is renewed',
    (end) => {
      const { state } = read(put(full, ['tokens', tokenKey, 'expiresAt'], end))
      expect(state.tokens[tokenKey]).toMatchObject({ expiresAt: new Date(0).toISOString() })
    },
  )
})

describe('keys', () => {
  test.each([
    ['projects', 'relative/app'],
    ['projects', '__proto__'],
    ['projects', ''],
    ['tokens', '__proto__'],
    ['tokens', 'constructor'],
    ['entries', 'constructor'],
    ['entries', '__proto__'],
    ['names', 'constructor'],
    ['names', '__proto__'],
    ['names', '-x'],
    ['usernames', 'toString'],
    ['served', 'app'],
    ['created', 'auth.toml'],
    ['leaving', '.'],
  ] as const)('%s: %j is none of ours', (table, key) => {
    const [sample] = Object.values(full[table])
    const text = put(full, [table, key], JSON.stringify(sample))
    expect(read(text)).toEqual({ state: full, damage: [`${table} ${key}`], isLost: false })
  })

  test.each(['C:\\Users\\me\\app', 'C:/Users/me/app', '\\\\server\\share\\app', '/home/mé/日本 app'])(
    '%s is a folder',
    (folder) => {
      expect(
        read(put(full, ['projects', folder], JSON.stringify(project(record('dev'))))).state.projects,
      ).toHaveProperty([folder])
    },
  )
})

describe('what a newer version of the same kind added', () => {
  test.each([
    ['a table', ['later'], '{"a":{"b":[1,2]}}'],
    ['a value', ['note'], '"x"'],
    ['nothing', ['note'], 'null'],
    ['in a project', ['projects', app, 'later'], '{"a":1}'],
    ['in a source', ['projects', app, 'sources', '0', 'later'], '[1]'],
    ['in a token', ['tokens', tokenKey, 'later'], '"x"'],
  ])('is kept: %s', (_, place, value) => {
    const text = put(full, place, value)
    expect(read(text)).toEqual({ state: JSON.parse(text), damage: [], isLost: false })
    expect(isEmpty(read(text).state)).toBe(false)
  })

  test('is left out where it is too deep to be written', () => {
    expect(read(put(full, ['later'], `${'['.repeat(9_999)}${']'.repeat(9_999)}`))).toEqual({
      state: full,
      damage: ['later'],
      isLost: false,
    })
  })
})

test.each<[string, (text: string) => string]>([
  ['the same record twice: the last one counts', (text) => text.replace('"projects":{', `"projects":{"${app}":{},`)],
  ['the same table twice', (text) => text.replace('"tokens"', '"tokens":[],"tokens"')],
])('%s', (_, change) => {
  expect(read(change(JSON.stringify(full)))).toEqual({ state: full, damage: [], isLost: false })
})

test.each(Object.keys(emptyState).filter((name) => name !== 'version'))(
  '%s that is no table is lost, and no other one',
  (name) => {
    for (const odd of ['null', '[]', '5', '"x"', 'true']) {
      const text = put(full, [name], odd)
      expect(read(text)).toEqual({
        state: expect.objectContaining({ ...full, [name]: expect.anything() }),
        damage: [name],
        isLost: true,
      })
    }
  },
)

test('keys that every object has are left out', () => {
  const text = put(JSON.parse(put(full, ['__proto__'], '{"a":1}')), ['constructor'], '5')
  expect(read(text)).toEqual({ state: full, damage: ['__proto__', 'constructor'], isLost: false })
})

test('several at once', () => {
  const text = put(JSON.parse(put(full, ['projects', app], '{}')), ['names'], '5')
  expect(read(text).damage.toSorted()).toEqual(['names', `projects ${app}`])
  expect(Object.keys(read(text).state.projects)).toEqual([other])
})
