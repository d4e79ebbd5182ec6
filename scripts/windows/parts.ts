import process from 'node:process'
import { openHandover } from '../../src/poetry/keyring/handover.ts'
import { openVault } from '../../src/vault/vault.ts'
import { answerAt } from './talk.ts'

/** A call of a method of one of the parts. */
export interface PartCall {
  readonly part: 'vault' | 'handover'
  readonly verb: string
  readonly words: readonly unknown[]
}

// parts.cjs PORT VAULT PYTHON: the vault and the handover of this machine, for the tests that listen there, until they hang up.
// VAULT: the script of the vault's child. One session of a handover at a time: `open` begins it.
const [port, script = '', python = ''] = process.argv.slice(2)
const { env, platform } = process
const around = { env, platform, uid: undefined }
const vault = openVault({ node: process.execPath, script, ...around, limitMs: 60_000, budgetMs: 600_000 })
const open = () => {
  const handedOver = { python, ...around, projects: [], unattended: false, budgetMs: 120_000 }
  parts.handover = { open, ...openHandover({ ...handedOver, now: () => performance.now() }) }
}
type Methods = Readonly<Record<string, (...words: never[]) => unknown>>
const parts: Record<PartCall['part'], Methods> = { vault: { ...vault }, handover: { open } }

answerAt(Number(port), (asked) => {
  const { part, verb, words } = asked as PartCall
  return parts[part][verb]?.(...(words as never[]))
}).finally(() => process.exit())
