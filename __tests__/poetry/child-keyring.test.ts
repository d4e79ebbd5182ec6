import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import type { Logins } from '../../src/core/login.ts'
import { keyringVariables } from '../../src/core/poetry-keyring.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-child-'))
  await writeFile(join(dir, 'own_keyring.py'), own)
})
afterAll(() => rm(dir, { recursive: true }))

/** The user's own keyring, which writes down what it is asked. */
const own = `
import os
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 5
    def _tell(self, *words): open(os.environ['TOLD'], 'a').write(' '.join(map(str, words)) + '\\n')
    def get_password(self, service, username):
        self._tell('get', service, username)
        if service == 'locked': raise RuntimeError('locked')
        return 'own' if service == 'poetry-repository-corp' else None
    def set_password(self, service, username, password): self._tell('set', service, username, password)
    def delete_password(self, service, username): self._tell('delete', service, username)
`

const asker = `
import json, sys, keyring
answers = []
for method, *words in json.load(sys.stdin):
    answer = getattr(keyring, method)(*words)
    answers.append([answer.username, answer.password] if hasattr(answer, 'password') else answer)
print(json.dumps(answers))
`

const host = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const login = (name: string, token: string) => ({ name, url: `${host}/pypi/${name}/`, token })

type Question = readonly [string, ...(string | null)[]]

/** What Python's `keyring` says under `exec`, and what the user's own one was asked meanwhile. */
async function ask(
  line: '2.5' | '1.8',
  logins: Logins,
  questions: readonly Question[],
  asksOwn = true,
  backend = 'own_keyring.Keyring',
) {
  const before = {
    ...cleanEnv(process.env, dir, process.execPath),
    TOLD: join(dir, `told-${Math.random()}`),
    PYTHONPATH: dir,
  }
  const outer = { ...before, ...(backend !== '' && { PYTHON_KEYRING_BACKEND: backend }) }
  const place = { folder: checkout('src/poetry/python/path'), delimiter: ':', random: Math.random(), asksOwn }
  const env = { ...outer, ...keyringVariables(logins, outer, place), PYTHONDONTWRITEBYTECODE: '1' }
  await writeFile(before.TOLD, '')
  const { stdout, stderr } = await run(poetry(line).python, ['-c', asker], { env, input: JSON.stringify(questions) })
  expect(stderr).toBe('')
  return { answers: JSON.parse(stdout), told: (await readFile(before.TOLD, 'utf8')).trim().split('\n') }
}

const ours: Logins = [login('dev', 'T1'), login('qa', 'T1')]
const aws = ['aws', 'T1']

describe.each(['2.5', '1.8'] as const)('the keyring of Poetry %s under exec', (line) => {
  test('opens what lies at the URLs of a token, and nothing else', async () => {
    const table: readonly [string, unknown][] = [
      [`${host}/pypi/dev/`, aws],
      [`${host}/pypi/dev/simple`, aws],
      [`${host}/pypi/other/simple/lib/1.0/lib.whl`, aws],
      [host, aws],
      [`${host}/`, aws],
      [host.slice('https://'.length), null],
      [host.replace('https', 'http'), null],
      [`${host}:444/pypi/dev/`, null],
      [`${host}.evil.example/pypi/dev/`, null],
      [`${host}@evil.example/pypi/dev/`, null],
      [`${host}\\@evil.example/`, null],
      [`https://evil.example/${host}/pypi/dev/`, null],
      [`https://evil.example/pypi/dev/`, null],
      ['poetry-repository-dev', null],
      ['poetry-repository-evil', null],
      ['', null],
    ]
    const { answers } = await ask(
      line,
      ours,
      table.flatMap(([service]) => [
        ['get_credential', service, null],
        ['get_credential', service, 'aws'],
        ['get_credential', service, 'bob'],
        ['get_password', service, 'aws'],
        ['get_password', service, 'bob'],
      ]),
    )
    expect(answers).toEqual(table.flatMap(([, answer]) => [answer, answer, null, answer && 'T1', null]))
  })

  test('two tokens at one host open their own repositories', async () => {
    const { answers } = await ask(
      line,
      [login('dev', 'T1'), login('dev2', 'T2')],
      [
        ['get_credential', `${host}/pypi/dev/simple`, 'aws'],
        ['get_credential', `${host}/pypi/dev2/simple`, 'aws'],
        ['get_credential', `${host}/pypi/dev`, 'aws'],
        ['get_credential', `${host}/pypi/`, 'aws'],
      ],
    )
    expect(answers).toEqual([['aws', 'T1'], ['aws', 'T2'], ['aws', 'T1'], null])
  })

  test("the user's own is asked for all but our names, until it fails, and is written to", async () => {
    const { answers, told } = await ask(line, ours, [
      ['get_password', 'python-poetry-check', 'python-poetry'],
      ['get_password', 'poetry-repository-dev', 'aws'],
      ['get_password', 'poetry-repository-qa', '__token__'],
      ['get_password', 'poetry-repository-corp', 'me'],
      ['set_password', 'poetry-repository-new', 'me', 'x'],
      ['delete_password', 'poetry-repository-new', 'me'],
      ['get_password', 'locked', 'me'],
      ['get_password', 'poetry-repository-corp', 'me'],
    ])
    expect(answers).toEqual([null, null, null, 'own', null, null, null, null])
    expect(told).toEqual([
      'get poetry-repository-corp me',
      'set poetry-repository-new me x',
      'delete poetry-repository-new me',
      'get locked me',
    ])
  })

  test.each<[string, boolean, string, unknown]>([
    ['that Poetry may not ask', false, 'own_keyring.Keyring', null],
    ['that was switched off by name', true, 'keyring.backends.null.Keyring', null],
    ['that is not there', true, '', null],
  ])('one of the user %s', async (_, asksOwn, backend, answer) => {
    const questions: Question[] = [['get_password', 'poetry-repository-corp', 'me']]
    expect((await ask(line, ours, questions, asksOwn, backend)).answers).toEqual([answer])
  })
})
