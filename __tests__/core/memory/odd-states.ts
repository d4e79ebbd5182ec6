import type { State } from '../../../src/core/memory/state.ts'
import { host, life, project, record, state, target, urlOf } from '../facts.ts'

/** A state in which every kind of record and every field is used. */
export function fullState(folder = '/home/me/app', other = '/home/me/other'): State {
  const { tokenKey } = target('dev')
  const keys = record('qa', {
    identity: { base: { kind: 'environment' }, roleArn: 'arn:aws:iam::123456789012:role/reader' },
    ...{ apiStamp: '1a2b', ownAccount: true, keysStamp: '3c4d' },
  })
  const failure = { code: 'AWS_UNREACHABLE', message: 'm', hint: 'h', since: life.issuedAt } as const
  const synced = {
    ...project(record('dev'), keys),
    ...{
      inputs: { [`${folder}/pyproject.toml`]: '1 2 3 4' },
      environmentStamp: 'e5',
      renewAt: 1_050,
      expiresAt: 1_100,
    },
    ...({ store: 'plaintext', share: 'url', without: ['prod'], ranAt: life.issuedAt } as const),
    failure: {
      ...failure,
      count: 1,
      retryAt: 1_060,
      behind: { code: failure.code, message: 'n', since: failure.since },
    },
  }
  const login = { name: 'dev', url: urlOf('dev'), tokenKey }
  const { inputs, environmentStamp, renewAt } = synced
  return state({
    projects: { [folder]: synced, [other]: project(record('dev')) },
    tokens: { [tokenKey]: { ...life, spread: 0.5, loginEndsAt: life.expiresAt, stamp: '6f', keysStamp: '3c4d' } },
    entries: { [host]: { tokenKey, issuedAt: life.issuedAt, readers: ['/y keyring'] } },
    endpoints: { '564131876131/my-domain/us-east-1/dev': urlOf('dev') },
    names: { dev: [urlOf('dev')] },
    usernames: { dev: true },
    served: { [folder]: { sources: [record('dev')], ready: { inputs, environmentStamp, renewAt, logins: [login] } } },
    created: { '/c/auth.toml': true },
    away: { [other]: '', '/usb/app': life.issuedAt },
    leaving: { '/gone': { poetry: '/p', python: '/y', configDir: '/c', ruledDir: '/c' } },
  })
}

/** JSON of what is no good anywhere in a state. */
export const oddValues = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-1',
    '1.5',
    '1e999',
    '-1e999',
    '1e300',
    '99999999999999999999',
    '[]',
    '{}',
    '[[]]',
  ],
  ...[
    '""',
    '" "',
    '"NaN"',
    '"relative/path"',
    '"../up"',
    '"/nul\\u0000byte"',
    '"\\ud800"',
    '"C:evil"',
    '"constructor"',
  ],
  ...['[null]', '{"__proto__":{"version":1}}', '{"constructor":1,"toString":2}', `"${'x'.repeat(5_000)}"`],
  ...['"+275760-09-13T00:00:00.000Z"', '"9999-12-31T23:59:59.000Z"', '"0000-00-00T99:99:99Z"', '"1970-01-01"'],
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
]

/** Every place in a document, outermost first. */
export function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))]
}

const mark = '\u0001odd\u0001'

/** The JSON of a document with other JSON in one of its places; without it, with nothing there. */
export function put(document: unknown, [key, ...rest]: readonly string[], odd?: string): string {
  const change = (value: unknown, [at, ...below]: readonly (string | undefined)[]): unknown => {
    if (at === undefined) return mark
    const copy = Array.isArray(value) ? [...value] : { ...(value as object) }
    Object.defineProperty(copy, at, {
      ...{ configurable: true, enumerable: true, writable: true },
      value:
        odd === undefined && below.length === 0 ? undefined : change((value as Record<string, unknown>)[at], below),
    })
    return Array.isArray(copy) ? copy.filter((one) => one !== undefined) : copy
  }
  return JSON.stringify(change(document, key === undefined ? [] : [key, ...rest])).replace(
    JSON.stringify(mark),
    () => odd ?? 'null',
  )
}
