import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import type { RunResult } from '../../scripts/testbed/run.ts'
import { filesHolding, pieces } from './files.ts'
import { openStage, type Stage } from './stage.ts'
import { trace } from './trace.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

const secrets = (): string[] => stage.emulator.issuedTokens().flatMap(pieces)
const holding = (lines: readonly string[], texts: readonly string[]): string[] =>
  lines.filter((line) => texts.some((text) => line.includes(text)))
const talk = ({ stdout, stderr }: RunResult): string[] => [stdout, stderr]

test('the token goes through pipes and sockets only, and children get no AWS variable', async () => {
  stage = await openStage()
  const { code, starts, writes, ...said } = await trace(stage, [])
  expect(code).toBe(0)
  expect(stage.emulator.issuedTokens()).toHaveLength(1)

  const handed = holding(writes, secrets())
  expect(handed.length).toBeGreaterThan(1)
  expect(handed.filter((line) => !/^\d+ +\w+\(\d+<(?:pipe|socket|UNIX|UNIX-STREAM):\[/.test(line))).toEqual([])
  expect(holding(starts, secrets())).toEqual([])
  expect(holding([said.stdout, said.stderr], secrets())).toEqual([])

  const [own, ...children] = starts
  expect(own).toContain('AWS_SECRET_ACCESS_KEY')
  expect(holding(children, ['bin/python'])).not.toEqual([])
  expect(holding(children, ['vault.cjs'])).not.toEqual([])
  expect(children.filter((line) => /AWS_|wJalrXUtnFEMI/.test(line))).toEqual([])
  expect(await filesHolding(stage.box.dir, secrets())).toEqual([])
})

test('no command shows it', async () => {
  stage = await openStage()
  const outputs: RunResult[] = []
  for (const words of [
    ['--verbose', '--dry-run'],
    ['--verbose'],
    ['--json', '--verbose', '--force'],
    ['--json', '--dry-run', '--force'],
    ['status', '--verbose'],
    ['status', '--json'],
  ])
    outputs.push(await stage.caSync(words))
  expect(outputs.map(({ code }) => code)).toEqual(Array(6).fill(0))
  expect(stage.emulator.issuedTokens()).toHaveLength(2)
  expect(holding(outputs.flatMap(talk), secrets())).toEqual([])
  expect(await filesHolding(stage.box.dir, secrets())).toEqual([])
})

// A backend that tells everything it is given to everybody, and then fails in one way or another.
const backend = (end: string): string => `
import os, sys
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return None
    def set_password(self, service, username, password):
        print(password, flush=True)
        print(password, file=sys.stderr, flush=True)
        ${end}
`

async function useBackend(end: string): Promise<void> {
  const folder = join(stage.box.home, 'backends')
  await mkdir(folder)
  await writeFile(join(folder, 'telltale.py'), backend(end))
  await mkdir(join(stage.box.home, '.config/python_keyring'), { recursive: true })
  await writeFile(
    join(stage.box.home, '.config/python_keyring/keyringrc.cfg'),
    `[backend]\ndefault-keyring = telltale.Keyring\nkeyring-path = ${folder}\n`,
  )
}

test.each([
  ['raises an error that has it', 'raise RuntimeError("cannot store " + password)'],
  ['raises an error that is long before it has it', 'raise RuntimeError("x" * 290 + password)'],
  ['ends', 'os._exit(3)'],
  ['ends after much more talk', 'print("." * (3990 - len(password) // 2), file=sys.stderr, flush=True); os._exit(3)'],
  ['forgets it', 'pass'],
])('a keyring that %s', async (_, end) => {
  stage = await openStage()
  await useBackend(end)
  const outputs: RunResult[] = []
  for (const words of [['--verbose'], ['--json', '--verbose'], ['status', '--json', '--verbose']])
    outputs.push(await stage.caSync(words))
  expect(outputs.map(({ code }) => code)).toEqual([5, 5, 6])
  expect(stage.emulator.issuedTokens()).not.toEqual([])
  expect(holding(outputs.flatMap(talk), secrets())).toEqual([])
  expect(await filesHolding(stage.box.dir, secrets())).toEqual([])
})

/** Twelve characters of a token give it away. */
const rows = (): Set<string> =>
  new Set(
    stage.emulator.issuedTokens().flatMap((token) => Array.from(token.slice(11), (_, at) => token.slice(at, at + 12))),
  )

const rowsIn = (text: string): string[] => {
  const all = rows()
  const bare = text.replaceAll(/\s|\\+(?:n|u000a)/g, '')
  return Array.from(bare, (_, at) => bare.slice(at, at + 12)).filter((row) => all.has(row))
}

test.each([
  ['the start of it', 'password[:40]'],
  ['twelve characters of it', 'password[333:345]'],
  ['all but its end', 'password[:-1]'],
  ['it in lines', '"\\n".join(password[i:i+10] for i in range(0, 200, 10))'],
  ['it as Python writes bytes', 'repr(password[100:180].encode())'],
  ['it in JSON', 'json.dumps({"password": password[:60]})'],
  ['a header with it', 'base64.b64encode(b"aws:" + password.encode()).decode()[:200]'],
  ['a part for URLs', '"".join("%%%02x" % ord(c) for c in password[:60])'],
])('a keyring that quotes %s: nothing of it is told, remembered or noticed', async (_, part) => {
  stage = await openStage()
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  await useBackend(`import base64, json; raise RuntimeError("cannot \\u202e store " + ${part})`)
  const outputs: RunResult[] = []
  for (const words of [
    ['--force', '--unattended', '--verbose'],
    ['--force', '--json'],
    ['status', '--json'],
    ['doctor'],
  ])
    outputs.push(await stage.caSync(words))
  expect(outputs.map(({ code }) => code)).toEqual([5, 5, 6, 6])
  const kept = ['state.json', 'notice'].map((name) =>
    readFile(join(stage.box.home, '.local/state/ca-sync', name), 'utf8'),
  )
  const texts = [...outputs.flatMap(talk), ...(await Promise.all(kept))]
  for (const text of [texts[1] ?? '', texts[2] ?? '', ...texts.slice(-2)]) expect(text).toContain('****')
  expect(texts.flatMap(rowsIn)).toEqual([])
  expect(texts.join('')).not.toMatch(/\p{Cf}/u)
  expect(JSON.parse(outputs[1]?.stdout ?? '')).toMatchObject({
    sources: [{ error: { code: 'KEYRING_FAILED' } }, {}, {}],
  })
})

// What AWS says may hold a token too, whole or in part.
const opaque = 'q7Zk'.repeat(300)
const web = `eyJ2ZXIiOjEsImlzdSI6MTc.${opaque}.${opaque}`
test.each([
  ['no expiry', `{"authorizationToken":"${opaque}"}`],
  ['an expiry that is none', `{"authorizationToken":"${opaque}","expiration":"soon"}`],
  ['a past expiry', `{"authorizationToken":"${opaque}","expiration":1}`],
  ['a page', `<html>${web}`],
  ['the token alone', opaque],
  ['a token with a line break', `{"authorizationToken":"${opaque}\\n${web}","expiration":4000000000}`],
])('an answer of AWS with %s', async (_, body) => {
  stage = await openStage()
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'garbage', body })
  const outputs = await Promise.all([stage.caSync(['--verbose']), stage.caSync(['--json', '--verbose'])])
  expect(outputs.map(({ code }) => code)).toEqual([4, 4])
  expect(holding(outputs.flatMap(talk), [opaque.slice(0, 8)])).toEqual([])
  expect(await filesHolding(stage.box.dir, [opaque.slice(0, 8)])).toEqual([])
})

test('an error of AWS that quotes one', async () => {
  stage = await openStage()
  const error = { kind: 'error', status: 400, type: 'ValidationException', message: `bad token ${web}` } as const
  stage.emulator.faults.set('GetAuthorizationToken', error)
  const said = await stage.caSync(['--verbose'])
  expect(said.code).toBe(4)
  expect(holding(talk(said), [opaque.slice(0, 8)])).toEqual([])
})
