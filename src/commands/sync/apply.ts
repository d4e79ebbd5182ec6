import { handoverRequest } from '../../core/plan/handover.ts'
import { claim, confirm, create, settle } from '../../core/plan/ledger.ts'
import type { PlannedSource } from '../../core/plan/plan.ts'
import type { Step } from '../../core/plan/stores.ts'
import type { Target } from '../../core/plan/target.ts'
import type { PoetryChanges } from '../../core/ports/poetry-files.ts'
import type { HandoverSession } from '../../core/ports/poetry-keyring.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { absentFiles } from '../../survey/place.ts'
import { type Obtained, obtainAll, tokenNeeds } from '../../survey/tokens.ts'
import type { Gathered, Request } from './gather.ts'
import { type Applied, begin } from './remember.ts'

/** Gives the failure, which costs nothing but a new token some day. */
async function fillVault({ vault }: Machine, minted: readonly Obtained[]): Promise<CaSyncError | undefined> {
  const results = await Promise.allSettled(minted.map(({ key, token }) => vault.write(key, JSON.stringify(token))))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure === undefined || failure.reason instanceof CaSyncError) return failure?.reason
  throw failure.reason
}

const vaultWarning = ({ message }: CaSyncError): string =>
  `Poetry has its token, but ca-sync could not keep a copy of its own: ${message}.`

/** In plain text: only auth.toml, which the user asked for; no vault and no keyring. */
const isPlain = ({ targets }: Obtained): boolean => targets[0].file !== undefined

function changesOf(served: readonly PlannedSource[], obtained: readonly Obtained[]): PoetryChanges {
  const having = (step: Step): Target[] =>
    served.filter(({ steps }) => steps.includes(step)).map(({ target }) => target)
  const passwords = obtained
    .filter(isPlain)
    .flatMap(({ targets, token }) => targets.map(({ name }) => [name, token.value]))
  return {
    plaintext: having('plaintext').flatMap(({ name, file }) => (file === undefined ? [name] : [])),
    passwords: Object.fromEntries(passwords),
    usernames: having('username').map(({ name }) => name),
    urls: Object.fromEntries(having('url').map(({ name, url }) => [name, url])),
  }
}

function doneSteps(
  served: readonly PlannedSource[],
  minted: readonly Obtained[],
  vaulted: boolean,
): Map<string, Step[]> {
  const renewed = new Set(minted.map(({ key }) => key))
  const tokenSteps: Step[] = vaulted ? ['token', 'vault'] : ['token']
  return new Map(
    served.map(({ target, steps }) => {
      const others = steps.filter((step) => step !== 'token' && step !== 'vault')
      return [target.name, [...(renewed.has(target.token) ? tokenSteps : []), ...others]]
    }),
  )
}

/** The session that gather opened, or a new one where only the plan showed that it is needed. */
async function sessionFor(
  machine: Machine,
  { project, unattended }: Request,
  gathered: Gathered,
): Promise<HandoverSession> {
  if (gathered.session !== undefined) return gathered.session
  const session = machine.keyring.open(gathered.program.python, [project.folder], unattended)
  await session.probe()
  return session
}

const targetsOf = (planned: readonly PlannedSource[]): Target[] => planned.map(({ target }) => target)

/** Hands the tokens over: vault first, then Poetry's keyring, then its files. Killed anywhere, the next run finishes it. */
export async function apply(machine: Machine, request: Request, gathered: Gathered): Promise<Applied> {
  const needs = tokenNeeds(gathered.planned)
  const isKeyless = request.keeping.store === 'plaintext'
  const session = needs.length > 0 && !isKeyless ? await sessionFor(machine, request, gathered) : gathered.session
  try {
    if (needs.length > 0) machine.progress('Asking AWS for a token…')
    const { obtained, failed } = await obtainAll(needs, machine, request.state)
    const working = gathered.planned.filter(({ target, steps }) => steps.length > 0 && !failed.has(target.name))
    if (working.length === 0) return { state: request.state, failed, done: new Map(), written: [] }
    const started = create(begin(machine, request, gathered), absentFiles(machine, gathered.configDir))
    let state = claim(started, working, obtained, {
      credentials: machine.credentials,
      random: machine.host.random(),
    })
    await machine.store.write(state)
    const minted = obtained.filter((one) => one.minted)
    if (session !== undefined && obtained.length > 0) machine.progress('Storing the token in your keyring…')
    const unkept = await fillVault(machine, isKeyless ? [] : minted)
    if (session !== undefined && obtained.length > 0) {
      const result = await session.apply(handoverRequest(obtained))
      for (const [name, error] of result.failed) failed.set(name, error)
      const ready = obtained.flatMap(({ targets }) => targets).filter(({ name }) => result.ready.includes(name))
      if (unkept !== undefined && ready.length > 0) machine.warn(vaultWarning(unkept))
      state = confirm(state, ready, gathered.reader)
    }
    const served = working.filter(({ target }) => !failed.has(target.name))
    const written = await machine.poetryFiles.change(gathered.configDir, changesOf(served, obtained))
    return {
      state: settle(state, targetsOf(served)),
      failed,
      done: doneSteps(served, minted, !unkept && !isKeyless),
      written,
    }
  } finally {
    session?.close()
  }
}
