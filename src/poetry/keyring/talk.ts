import type { PoetryPython } from '../../core/ports/poetry-finder.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { redactor } from '../../core/words/redact.ts'
import type { Around } from '../../programs/environment.ts'
import { type Child, type Message, startChild } from './child.ts'
import { type Problem, problemError, type Silence, silenceError } from './problems.ts'

export interface TalkOptions extends Around, PoetryPython {
  /** Folders that nothing is imported from. */
  readonly projects: readonly string[]
  /** No prompt may appear, and limits are short. */
  readonly unattended: boolean
  /** All waits for one project together: at most 120 s by hand, 20 s unattended. */
  readonly budgetMs: number
  /** Milliseconds on a clock that never goes back (`performance.now`). */
  readonly now: () => number
  /** Called once, when a person is being asked to unlock the keyring. */
  readonly onWaiting?: () => void
}

/** How long Python may take to import Poetry, and a keyring that asks nobody may say nothing. */
const START_MS = 15_000
const QUIET_MS = { unattended: 6_000, byHand: 12_000 }

interface Question {
  readonly askedAt: number
  readonly resolve: (result: unknown) => void
  readonly reject: (error: CaSyncError) => void
}

/** One question at a time to the child, within the limits. */
export function openTalk(options: TalkOptions) {
  const { python, budgetMs, unattended, now } = options
  const secrets: string[] = []
  const clean = redactor(secrets)
  let phase: 'start' | 'quiet' | 'asking' = 'start'
  let asked = false
  let spent = 0
  let question: Question | undefined
  let timer: NodeJS.Timeout | undefined
  let gone: CaSyncError | undefined

  const detached = unattended && options.uid !== undefined
  const child: Child = startChild(options, detached, { message, gone: end, clean })

  /** @param passwords - those in the request */
  function ask(request: object, passwords: readonly string[] = []): Promise<unknown> {
    secrets.push(...passwords)
    if (gone) return Promise.reject(gone)
    return new Promise((resolve, reject) => {
      question = { askedAt: now(), resolve, reject }
      child.send({ ...request, unattended, seconds: left() / 1000 + 1 })
      arm()
    })
  }

  const left = () => budgetMs - spent - (question ? now() - question.askedAt : 0)

  function arm() {
    clearTimeout(timer)
    const most = { start: START_MS, quiet: unattended ? QUIET_MS.unattended : QUIET_MS.byHand, asking: budgetMs }[phase]
    const limit = Math.max(0, Math.min(most, left()))
    const kind = ({ start: 'start', quiet: 'silent', asking: 'unanswered' } as const)[phase]
    timer = setTimeout(() => end({ kind, seconds: Math.ceil(limit / 1000) }), limit)
  }

  function message(said: Message) {
    if (!('event' in said)) return answered(said)
    if (said.event === 'waiting' && !asked) options.onWaiting?.()
    if (said.event === 'waiting') asked = true
    if (said.event !== 'alive') phase = said.event === 'waiting' ? 'asking' : 'quiet'
    if (question) arm()
  }

  function answered(said: { result: unknown } | { problem: Problem }) {
    clearTimeout(timer)
    const { resolve, reject } = question as Question
    spent = budgetMs - left()
    phase = 'quiet'
    question = undefined
    if ('result' in said) return resolve(said.result)
    gone = problemError(said.problem, python, heard())
    child.kill()
    reject(gone)
  }

  const heard = () => (child.stderr() ? new Error(child.stderr()) : undefined)

  function end(why: Silence) {
    clearTimeout(timer)
    gone ??= silenceError(why, python, heard())
    child.kill()
    question?.reject(gone)
    question = undefined
  }

  return {
    ask,
    /** From here on, the waits are another project's. */
    renew: () => {
      spent = 0
    },
    close: () => end({ kind: 'closed' }),
  }
}
