import { begun } from '../../core/memory/record.ts'
import { claim, claimsMore, confirm, create, settle } from '../../core/plan/ledger.ts'
import type { PlannedSource } from '../../core/plan/plan.ts'
import type { Step } from '../../core/plan/stores.ts'
import type { Target } from '../../core/plan/target.ts'
import type { Hand, Kept, Obtained } from '../../core/ports/keeper.ts'
import type { PoetryChanges } from '../../core/ports/poetry-files.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { keeperOf } from '../../survey/keepers/keepers.ts'
import { obtainAll, tokenNeeds } from '../../survey/tokens.ts'
import type { Gathered } from './gather.ts'
import { type Applied, runOf } from './remember.ts'
import type { Request } from './request.ts'

type Parts = Run & Pick<Machine, 'keyring' | 'poetryFiles' | 'vault' | 'unlockedVault' | 'aws' | 'store'>

function changesOf(served: readonly PlannedSource[], { passwords }: Pick<Kept, 'passwords'>): PoetryChanges {
  const having = (step: Step): Target[] =>
    served.filter(({ steps }) => steps.includes(step)).map(({ target }) => target)
  return {
    plaintext: having('plaintext').flatMap(({ name }) => (Object.hasOwn(passwords, name) ? [] : [name])),
    passwords,
    usernames: having('username').map(({ name }) => name),
    urls: urlsOf(having('url').filter(({ urlHome }) => urlHome !== 'project')),
    localUrls: urlsOf(having('url').filter(({ urlHome }) => urlHome === 'project')),
  }
}

const urlsOf = (targets: readonly Target[]): Record<string, string> =>
  Object.fromEntries(targets.map(({ name, url }) => [name, url]))

function doneSteps(served: readonly PlannedSource[], minted: readonly Obtained[], vaulted: boolean) {
  const renewed = new Set(minted.map(({ tokenKey }) => tokenKey))
  const tokenSteps: Step[] = vaulted ? ['token', 'vault'] : ['token']
  return new Map(
    served.map(({ target, steps }) => {
      const others = steps.filter((step) => step !== 'token' && step !== 'vault')
      return [target.name, [...(renewed.has(target.tokenKey) ? tokenSteps : []), ...others]]
    }),
  )
}

const nothingKept: Kept = { failed: new Map(), confirmed: [], passwords: {}, vaulted: false }

/** Hands the tokens over: where they live first, then Poetry's files. Killed anywhere, the next run finishes it. */
export async function apply(machine: Parts, request: Request, gathered: Gathered): Promise<Applied> {
  const { planned, session, program, configDir } = gathered
  const needs = tokenNeeds(planned)
  const keeper = keeperOf(machine, request.keeping.store)
  let hand: Hand | undefined
  try {
    const [need] = needs
    if (need !== undefined) {
      const { project, unattended } = request
      const { tokenKey } = need
      hand = await keeper.open({ folder: project.folder, python: program, unattended, session, tokenKey })
      machine.progress('Asking AWS for a token…')
    }
    const { obtained, failed } = await obtainAll(needs, machine, keeper, request.state)
    const working = planned.filter(({ target, steps }) => steps.length > 0 && !failed.has(target.name))
    if (working.length === 0) return { state: request.state, failed, done: new Map(), written: [] }
    const projectFile = machine.poetryFiles.projectFile(request.project.folder)
    const own = working.some(({ target, steps }) => target.urlHome === 'project' && steps.includes('url'))
    const absent = machine.poetryFiles.absent(configDir, own ? request.project.folder : undefined)
    const started = create(begun(request.state, runOf(machine, request, gathered)), absent)
    const moment = { keysStamp: machine.keysStamp, random: machine.host.random(), projectFile }
    const claimed = claim(started, working, obtained, moment)
    const recording = machine.store.write(claimed)
    // Without the record, what is due and is ours already would still be so after a kill.
    const isDue = !request.force && obtained.every(({ minted }) => minted)
    if (!isDue || claimsMore(request.state, claimed, request.project.folder)) await recording
    const keeping = hand !== undefined && obtained.length > 0 ? hand.keep(obtained) : nothingKept
    // Neither is left at work: a failure is recorded after both, and the end of the session would end Poetry's Python.
    await Promise.allSettled([keeping, recording])
    const [kept] = await Promise.all([keeping, recording])
    for (const [name, error] of kept.failed) failed.set(name, error)
    const served = working.filter(({ target }) => !failed.has(target.name))
    const written = await machine.poetryFiles.change(configDir, request.project.folder, changesOf(served, kept))
    const minted = obtained.filter((one) => one.minted)
    const settled = served.map(({ target }) => target)
    return {
      state: settle(confirm(claimed, kept.confirmed, ...gathered.readers), settled),
      failed,
      done: doneSteps(served, minted, kept.vaulted),
      written,
    }
  } finally {
    hand?.close()
    session?.close()
  }
}
