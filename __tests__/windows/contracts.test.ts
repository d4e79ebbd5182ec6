// Needs Windows or wine.
import { win32 } from 'node:path'
import { describe } from '@jest/globals'
import { bundle } from '../../scripts/windows/bundle.ts'
import { credentials } from '../../scripts/windows/credentials.ts'
import { openWindows } from '../../scripts/windows/machine.ts'
import type { PartCall } from '../../scripts/windows/parts.ts'
import type { WindowsMachine } from '../../scripts/windows/run.ts'
import { type Asked, askAt, Unheard } from '../../scripts/windows/talk.ts'
import type { Vault } from '../../src/core/ports/keeper.ts'
import type { HandoverSession } from '../../src/core/ports/poetry-python.ts'
import { handoverContract } from '../poetry/keyring/contract.ts'
import { vaultContract } from '../vault/contract.ts'
import { sharing } from './sharing.ts'

let machine: WindowsMachine
let parts: Asked
/** Runs a program of this Windows. */
const run = (words: readonly [string, ...string[]], timeoutMs = 60_000) =>
  machine.run({ words, env: machine.env, cwd: machine.home, timeoutMs })
const python = (code: string, ...words: readonly string[]) => run([machine.python, '-c', code, ...words])

const test = sharing(async () => {
  machine = await openWindows()
  const script = win32.join(machine.home, 'parts.cjs')
  await bundle('parts', machine.local(script))
  const vault = win32.join(machine.checkout, 'dist', 'vault.cjs')
  parts = await askAt(async (port) => {
    const { stderr } = await run([machine.node, script, String(port), vault, machine.python], 900_000)
    throw new Error(`the parts have ended: ${stderr}`)
  })
  return {
    close: () => {
      parts.hangUp()
      return machine.close()
    },
  }
})

/** More than the vault and the handover there have for any answer, in milliseconds. */
const longest = 180_000

/** Asks a part. Where it is silent while the program that it is in answers, that is its own fault, and not wine's. @throws Unheard */
async function ask(call: PartCall): Promise<unknown> {
  try {
    return await parts.ask(call, longest)
  } catch (error) {
    if (!(error instanceof Unheard)) throw error
    await parts.ask({ ...call, verb: 'nothing' } satisfies PartCall, longest)
    throw new Error(`${call.part}.${call.verb} does not end`, { cause: error })
  }
}

/** A part that runs on Windows: its methods. */
const there = <T extends object>(part: PartCall['part'], ...verbs: readonly (keyof T & string)[]): T =>
  Object.fromEntries(verbs.map((verb) => [verb, (...words: unknown[]) => ask({ part, verb, words })])) as T

describe('the vault, in the Credential Manager', () =>
  vaultContract(() => there<Vault>('vault', 'read', 'write', 'remove'), test))

describe('the handover, to the Credential Manager', () => {
  const set = 'import json, keyring, sys; [keyring.set_password(*entry) for entry in json.loads(sys.argv[1])]'
  const get = 'import keyring, sys; print(keyring.get_password(sys.argv[1], "aws"))'
  const clear =
    'from win32ctypes.pywin32 import win32cred as w; [w.CredDelete(Type=1, TargetName=one["TargetName"]) for one in w.CredEnumerate()]'
  const keyring = {
    open() {
      const session = there<HandoverSession & { open(): void }>('handover', 'open', 'probe', 'apply', 'remove', 'close')
      session.open()
      return session
    },
    get: async (service: string) => (await python(get, service)).stdout.trim(),
    set: async (...entries: unknown[]) => void (await python(set, JSON.stringify(entries))),
    // An entry that made room for another of the same service, or for its own next version, is under `user@service`.
    entries: async () => {
      const found = await credentials(python)
      return [...new Set(found.map(({ target, user }) => `${user} ${target.replace(`${user}@`, '')}`))]
    },
    clear: async () => void (await python(clear)),
  }
  handoverContract(() => keyring, { backend: /Windows\.WinVaultKeyring$/, poetry: /^2\.5\./ }, test)
})
