import { mkdir, writeFile } from 'node:fs/promises'
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

test.each([
  ['raises an error that has it', 'raise RuntimeError("cannot store " + password)'],
  ['raises an error that is long before it has it', 'raise RuntimeError("x" * 290 + password)'],
  ['ends', 'os._exit(3)'],
  ['ends after much more talk', 'print("." * (3990 - len(password) // 2), file=sys.stderr, flush=True); os._exit(3)'],
  ['forgets it', 'pass'],
])('a keyring that %s', async (_, end) => {
  stage = await openStage()
  const folder = join(stage.box.home, 'backends')
  await mkdir(folder)
  await writeFile(join(folder, 'telltale.py'), backend(end))
  await mkdir(join(stage.box.home, '.config/python_keyring'))
  await writeFile(
    join(stage.box.home, '.config/python_keyring/keyringrc.cfg'),
    `[backend]\ndefault-keyring = telltale.Keyring\nkeyring-path = ${folder}\n`,
  )
  const outputs: RunResult[] = []
  for (const words of [['--verbose'], ['--json', '--verbose'], ['status', '--json', '--verbose']])
    outputs.push(await stage.caSync(words))
  expect(outputs.map(({ code }) => code)).toEqual([5, 5, 6])
  expect(stage.emulator.issuedTokens()).not.toEqual([])
  expect(holding(outputs.flatMap(talk), secrets())).toEqual([])
  expect(await filesHolding(stage.box.dir, secrets())).toEqual([])
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
