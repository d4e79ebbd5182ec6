import { beforeEach, describe, expect, test } from '@jest/globals'
import { memoryPoetry, memoryVault } from '../../../scripts/testbed/memory-parts.ts'
import { stores } from '../../../src/core/memory/state.ts'
import { textStamp } from '../../../src/core/memory/text-stamp.ts'
import { claim, confirm } from '../../../src/core/plan/ledger.ts'
import { assignServices, storeRules } from '../../../src/core/plan/stores.ts'
import type { Target } from '../../../src/core/plan/target.ts'
import type { Kept, Obtained, Vault } from '../../../src/core/ports/keeper.ts'
import { noNames } from '../../../src/core/ports/poetry-files.ts'
import type { PoetryKeyring } from '../../../src/core/ports/poetry-python.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import type { Machine } from '../../../src/machine.ts'
import { keeperOf } from '../../../src/survey/keepers/keepers.ts'
import { life, state, target } from '../../core/facts.ts'

const file = '/config/auth.toml'
const handing = {
  folder: '/project',
  python: { python: '/python' },
  unattended: true,
  session: undefined,
  tokenKey: 'key',
}
const refused = (code: 'VAULT_FAILED' | 'KEYRING_LOCKED') => new CaSyncError(code, 'no', { hint: 'none' })
const fails = async (): Promise<never> => {
  throw refused('VAULT_FAILED')
}
const deadVault: Vault = { start: () => undefined, wake: () => undefined, read: fails, write: fails, remove: fails }

let passwords: Kept['passwords']
let entries: Map<string, string>
let warnings: string[]
beforeEach(() => {
  passwords = {}
  entries = new Map()
  warnings = []
})

/** The parts of a machine that keepers use. */
const machine = ({ vault = memoryVault(), ...more }: { vault?: Vault; keyring?: PoetryKeyring } = {}) =>
  ({
    ...memoryPoetry(entries),
    vault,
    unlockedVault: vault,
    secrets: new Set<string>(),
    warn: (text: string) => warnings.push(text),
    progress: () => undefined,
    poetryFiles: {
      password: async (_: string, stamp: string) => Object.values(passwords).find((one) => textStamp(one) === stamp),
    },
    ...more,
  }) as unknown as Machine

const obtained = ([first, ...others]: readonly Target[], secret = 'SECRET'): Obtained => ({
  tokenKey: first?.tokenKey ?? '',
  targets: [first as Target, ...others],
  token: { ...life, secret },
  minted: true,
})

/** What a run does with a token, but for the rest of it. */
async function keep(parts: Machine, targets: readonly Target[], one = obtained(targets)) {
  const keeper = keeperOf(parts, targets[0]?.store ?? 'keyring')
  const hand = await keeper.open(handing)
  const claimed = claim(state(), [], [one], { keysStamp: undefined, random: 0 })
  const kept = await hand.keep([one])
  passwords = { ...passwords, ...kept.passwords }
  hand.close()
  const after = confirm(claimed, kept.confirmed, 'reader')
  const stamps = new Map(Object.entries(passwords).map(([name, password]) => [name, textStamp(password)]))
  const evidence = { state: after, names: { ...noNames, passwords: stamps }, reader: 'reader', authTouched: false }
  return { keeper, kept, after, evidence }
}

describe.each(stores)('a token that lives in: %s', (store) => {
  const [dev, qa] = assignServices([target('dev'), target('qa')], state(), '/project', { store, file }) as [
    Target,
    Target,
  ]
  const rules = storeRules[store]

  test('is found again, by all its sources, and is a secret of the run', async () => {
    const parts = machine()
    const { keeper, after } = await keep(parts, [dev, qa])
    const token = { secret: 'SECRET', issuedAt: life.issuedAt, expiresAt: life.expiresAt }
    expect([await keeper.find(dev, after), await keeper.find(qa, after)]).toMatchObject([token, token])
    expect([...parts.secrets]).toEqual(['SECRET'])
  })

  test('is seen where Poetry gets it from, and nothing is left to do with it', async () => {
    const { kept, evidence } = await keep(machine(), [dev, qa])
    expect(kept.failed).toEqual(new Map())
    for (const one of [dev, qa]) {
      expect([rules.isLost(one, evidence), rules.shows(one, evidence)]).toEqual([false, true])
      expect([rules.steps(one, evidence, false), rules.changesPassword(one, evidence, false)]).toEqual([[], false])
    }
  })

  test('is not found once the state knows another one, nor in a state that knows none', async () => {
    const { keeper, after, evidence } = await keep(machine(), [dev])
    const other = { ...life, issuedAt: life.expiresAt, stamp: textStamp('OTHER') }
    const newer = { ...after, tokens: { [dev.tokenKey]: other } }
    expect([await keeper.find(dev, newer), await keeper.find(dev, state())]).toEqual([undefined, undefined])
    expect(rules.shows(dev, { ...evidence, state: newer })).toBe(false)
  })

  test('is kept nowhere else', async () => {
    const parts = machine()
    await keep(parts, [dev])
    const { items } = parts.vault as ReturnType<typeof memoryVault>
    const places = { keyring: entries.size > 0, vault: items.size > 0, file: Object.keys(passwords).length > 0 }
    expect(places).toEqual({
      keyring: rules.reads === 'keyring',
      vault: rules.reads !== 'file',
      file: rules.reads === 'file',
    })
  })
})

const [inKeyring] = assignServices([target('dev')], state(), '/project') as [Target]
const [inFile] = assignServices([target('dev')], state(), '/project', { store: 'plaintext', file }) as [Target]

test('a keyring that is locked is known before a token is asked for; in plain text it does not matter', async () => {
  let closed = 0
  const open = () => ({
    probe: async () => {
      throw refused('KEYRING_LOCKED')
    },
    close: () => {
      closed += 1
    },
  })
  const parts = machine({
    keyring: { open } as unknown as PoetryKeyring,
    vault: deadVault,
  })
  await expect(keep(parts, [inKeyring])).rejects.toMatchObject({ code: 'KEYRING_LOCKED' })
  expect(closed).toBe(1)
  expect((await keep(parts, [inFile])).kept.passwords).toEqual({ dev: 'SECRET' })
})

test('a vault that takes nothing costs a warning, and is told where it gives nothing', async () => {
  const { kept, keeper, after } = await keep(machine({ vault: deadVault }), [inKeyring])
  expect(kept).toMatchObject({ vaulted: false, confirmed: [inKeyring] })
  expect(warnings).toEqual(['Poetry has its token, but ca-sync could not keep a copy of its own: no.'])
  await expect(keeper.find(inKeyring, after)).rejects.toMatchObject({ code: 'VAULT_FAILED' })
})

test('whom Poetry’s keyring did not give the token back is not confirmed', async () => {
  const why = refused('KEYRING_LOCKED')
  const session = { apply: async () => ({ ready: [], failed: new Map([['dev', why]]) }), close: () => undefined }
  const keeper = keeperOf(machine(), 'keyring')
  const hand = await keeper.open({ ...handing, session } as unknown as Parameters<typeof keeper.open>[0])
  expect(await hand.keep([obtained([inKeyring])])).toMatchObject({ failed: new Map([['dev', why]]), confirmed: [] })
})

describe('what the vault alone is to keep', () => {
  const [byExec] = assignServices([target('dev')], state(), '/project', { store: 'exec', file }) as [Target]
  const kept = /^The token cannot be kept: .*\.$/

  test('is not asked for where the vault gives nothing', async () => {
    const parts = machine({ vault: deadVault })
    await expect(keep(parts, [byExec])).rejects.toMatchObject({
      code: 'VAULT_FAILED',
      message: expect.stringMatching(kept),
    })
  })

  test.each([
    ['takes nothing', { write: fails }],
    ['gives nothing back', { write: async () => undefined }],
    ['gives something else back', { read: async () => JSON.stringify({ ...life, value: 'OTHER' }) }],
  ])('is not ready where it %s', async (_, fault) => {
    const { kept: result, evidence } = await keep(machine({ vault: { ...memoryVault(), ...fault } }), [byExec])
    expect(result).toMatchObject({ vaulted: false, confirmed: [] })
    expect(result.failed.get('dev')).toMatchObject({ code: 'VAULT_FAILED', message: expect.stringMatching(kept) })
    expect(storeRules.exec.shows(byExec, evidence)).toBe(false)
    expect(storeRules.exec.steps(byExec, evidence, false)).toEqual(['vault'])
  })
})
