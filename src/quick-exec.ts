import { join } from 'node:path'
import { isFromFuture } from './core/memory/freshness.ts'
import type { ReadyRecord, State } from './core/memory/state.ts'
import type { BareHost } from './core/ports/host.ts'
import { tokenIn } from './core/repository/token.ts'
import { foldersOfPoetry } from './core/variables/poetry-words.ts'
import { type Logins, variablesFor, withSecrets } from './core/variables/variables.ts'
import { runCommand } from './shell/child.ts'
import { nearestProject, sameFiles, soundState } from './state/quick.ts'
import { environmentStamp } from './state/stamp.ts'
import { inPassing } from './vault/guard.ts'
import { openVault } from './vault/vault.ts'

interface ExecLine {
  readonly names: readonly string[]
  readonly command: readonly [string, ...string[]]
}

/** `exec [-s NAME]... -- COMMAND...`, and nothing else. */
function execLine([exec, ...words]: readonly string[]): ExecLine | undefined {
  const end = words.indexOf('--')
  const [program, ...rest] = words.slice(end + 1)
  const options = words.slice(0, end)
  const isPlain = options.every((word, at) => (at % 2 === 0) === (word === '-s' || word === '--source'))
  if (exec !== 'exec' || end === -1 || program === undefined || !isPlain || options.length % 2 === 1) return undefined
  return { names: options.filter((_, at) => at % 2 === 1), command: [program, ...rest] }
}

const sameInputs = (ready: ReadyRecord, { env }: BareHost): boolean =>
  ready.environmentStamp === environmentStamp(env) && sameFiles(ready)

function recorded(host: BareHost): { state: State; ready: ReadyRecord } | undefined {
  const folder = nearestProject(host.cwd)
  const state = soundState(host)
  const ready = folder === undefined ? undefined : state?.served[folder]?.ready
  const holds = ready !== undefined && host.now() / 1000 < ready.renewAt && sameInputs(ready, host)
  return state && holds ? { state, ready } : undefined
}

async function login(host: BareHost, { names }: ExecLine): Promise<Logins | undefined> {
  const { state, ready } = recorded(host) ?? {}
  const chosen = ready?.logins.filter(({ name }) => names.length === 0 || names.includes(name)) ?? []
  if (state === undefined || chosen.length === 0 || !names.every((name) => chosen.some((one) => one.name === name)))
    return undefined
  const script = join(host.programDir, 'vault.cjs')
  const vault = openVault({ ...host, node: host.nodePath, script, onlyOpen: true, ...inPassing })
  try {
    const secrets = new Map<string, string>()
    for (const key of new Set(chosen.map(({ tokenKey }) => tokenKey))) {
      const token = tokenIn((await vault.read(key)) ?? '')
      if (token === undefined || token.issuedAt !== state.tokens[key]?.issuedAt) return undefined
      if (isFromFuture(token.issuedAt, host.now())) return undefined
      secrets.set(key, token.secret)
    }
    return withSecrets(chosen, (key) => secrets.get(key))
  } finally {
    vault.close()
  }
}

/**
 * The whole of a plain `ca-sync exec -- COMMAND` where nothing has changed since the last one and the vault has the tokens.
 * @returns the exit code of the command; undefined when it was not started and the program must look closer
 */
export async function quickExec(host: BareHost): Promise<number | undefined> {
  const line = execLine(host.argv)
  // What another project calls its sources is looked at there.
  if (line === undefined || foldersOfPoetry(line.command).length > 0) return undefined
  try {
    const logins = await login(host, line)
    if (logins === undefined) return undefined
    const variables = variablesFor(['poetry'], logins, host.env)
    return await runCommand(line.command, variables, host)
  } catch {
    return undefined
  }
}
