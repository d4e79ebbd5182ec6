import { expect, test } from '@jest/globals'
import type { Shadow } from '../../../src/core/ports/poetry-files.ts'
import { judge, type Sight } from '../../../src/core/verdict/verdict.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { target, urlOf } from '../facts.ts'

const url = urlOf('dev')
const { source } = target('dev')
const declared = (its: string) => ({ ...source, declaration: { name: 'dev', url: its } })
const well: Sight = {
  source: declared(`${url}simple/`),
  file: '/own/pyproject.toml',
  url,
  failure: null,
  shadows: [],
  publishUrl: url,
  obstacle: undefined,
  where: '',
}
const expired = new CaSyncError('TOKEN_EXPIRED', 'the token has expired.', { hint: 'Type: ca-sync' })
const shadow = (kind: Shadow['kind'], where: string, passing = true): Shadow => ({
  kind,
  where,
  passing,
  message: `${where} says.`,
  hint: 'Unset.',
})
const inFile = (kind: Shadow['kind']) => ({ shadows: [shadow(kind, '/c/auth.toml', false)] })
const variable = (kind: Shadow['kind']) => ({ shadows: [shadow(kind, 'POETRY_X')] })

/** ready, install, publish */
type Word = [boolean, boolean, boolean]
const [all, installOnly, publishOnly]: Word[] = [
  [true, true, true],
  [true, true, false],
  [true, false, true],
]

test.each<[string, Partial<Sight>, Word, string | null]>([
  ['all is well', {}, all as Word, null],
  ['the declaration has no last slash', { source: declared(`${url}simple`) }, all as Word, null],
  ['config.toml has no last slash', { publishUrl: url.slice(0, -1) }, all as Word, null],
  ['not declared', { source }, publishOnly as Word, null],
  ['declared without simple/', { source: declared(url) }, publishOnly as Word, null],
  ['declared as another path of the host', { source: declared(`${urlOf('qa')}simple/`) }, publishOnly as Word, null],
  ['declared at another host', { source: declared('https://x.example/pypi/dev/simple/') }, publishOnly as Word, null],
  ['declared over http', { source: declared(`${url}simple/`.replace('https', 'http')) }, publishOnly as Word, null],
  ['no repositories.dev', { publishUrl: undefined }, installOnly as Word, null],
  ['repositories.dev is another', { publishUrl: urlOf('qa') }, installOnly as Word, null],
  ['repositories.dev ends in simple/', { publishUrl: `${url}simple/` }, installOnly as Word, null],
  [
    'another project has the name',
    { publishUrl: urlOf('qa'), obstacle: { message: 'taken', hint: '' } },
    installOnly as Word,
    null,
  ],
  ['it has, and poetry.toml says right', { obstacle: { message: 'taken', hint: '' } }, all as Word, null],
  [
    'a variable gives another URL',
    { publishUrl: 'https://x/', ...variable('repository-url') },
    installOnly as Word,
    null,
  ],
  [
    'a variable hides the repositories',
    { publishUrl: undefined, ...variable('repositories-hidden') },
    installOnly as Word,
    null,
  ],
  [
    'poetry.toml gives another URL',
    { publishUrl: 'https://x/', ...inFile('repository-url') },
    installOnly as Word,
    null,
  ],
  ['neither declared nor named', { source, publishUrl: undefined }, [true, false, false], null],
  [
    'Poetry refuses the project',
    { refusal: { message: 'x', hint: '', brief: 'refused' } },
    [true, false, false],
    'refused',
  ],
  [
    'Poetry refuses the project, and the token has expired',
    { refusal: { message: 'x', hint: '', brief: 'refused' }, failure: expired },
    [false, false, false],
    'the token has expired',
  ],
  [
    'another URL, and no repositories.dev',
    { source: declared(url), publishUrl: undefined },
    [true, false, false],
    'another URL',
  ],
  ['a password in a variable', variable('password'), [false, true, true], 'POETRY_X is set'],
  ['another user in a variable', variable('username'), [false, true, true], 'POETRY_X is set'],
  ['no keyring, by a variable', variable('keyring-disabled'), [false, true, true], 'POETRY_X is set'],
  ['no bus in this shell', variable('bus'), [false, true, true], 'POETRY_X is not set'],
  ['a PyPI token in a variable', variable('pypi-token'), [false, true, false], 'POETRY_X is set'],
  ['a password in a file', inFile('password'), [false, true, true], 'a password in /c/auth.toml'],
  ['another user in a file', inFile('username'), [false, true, true], 'another user name in /c/auth.toml'],
  ['no keyring, by a file', inFile('keyring-disabled'), [false, true, true], 'keyring.enabled = false in /c/auth.toml'],
  ['a PyPI token in a file', inFile('pypi-token'), [false, true, false], 'a PyPI token in /c/auth.toml'],
  ['netrc', inFile('netrc'), [false, true, true], 'an entry in /c/auth.toml'],
  ['expired', { failure: expired }, [false, true, true], 'the token has expired'],
  [
    'expired, and a password',
    { failure: expired, ...variable('password') },
    [false, true, true],
    'the token has expired',
  ],
  ['unknown, declared', { url: undefined, failure: expired }, [false, true, false], 'the token has expired'],
  [
    'unknown, without simple/',
    { url: undefined, failure: expired, source: declared(url) },
    [false, false, false],
    'the token has expired',
  ],
  [
    'unknown, another repository',
    { url: undefined, failure: expired, source: declared(`${urlOf('qa')}simple/`) },
    [false, false, false],
    'the token has expired',
  ],
])('%s', (_, more, [ready, install, publish], cause) => {
  const verdict = judge({ ...well, ...more })
  expect(verdict).toMatchObject({ ready, install, publish, cause })
  expect(verdict.error === null).toBe(ready)
  expect(verdict.lacks.length).toBe(Number(!install) + Number(!publish))
})

test.each<[Shadow['kind'], string, boolean]>([
  ['password', 'CREDENTIALS_SHADOWED', true],
  ['bus', 'KEYRING_ABSENT', true],
  ['password', 'CREDENTIALS_SHADOWED', false],
  ['keyring-disabled', 'KEYRING_DISABLED', false],
])('%s is %s, and is nobody else\u2019s where it passes (%s)', (kind, code, passing) => {
  expect(judge({ ...well, shadows: [shadow(kind, 'X', passing)] }).error).toMatchObject({ code, passing })
})
