import type { Host } from '../../core/ports/host.ts'
import type { PoetryPython } from '../../core/ports/poetry-python.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { redactor } from '../../core/words/redact.ts'
import type { Around } from '../../programs/environment.ts'
import { type Child, type Message, startChild } from './child.ts'
import { type BackendRival, type Problem, problemError, type Silence, silenceError } from './problems.ts'

export interface TalkOptions extends Around, PoetryPython, Pick<Host, 'early'> {
  /** Folders that nothing is imported from. */
  readonly projects: readonly string[]
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
export class Talk {
  readonly #options: TalkOptions
  readonly #child: Child
  readonly #secrets: string[] = []
  #phase: 'start' | 'quiet' | 'asking' = 'start'
  #asked = false
  #spent = 0
  #question: Question | undefined
  #timer: NodeJS.Timeout | undefined
  #gone: CaSyncError | undefined
  #rival: BackendRival | undefined

  constructor(options: TalkOptions) {
    this.#options = options
    this.#child = startChild(options, options.unattended && options.uid !== undefined, {
      message: (said) => this.#hear(said),
      gone: (why) => this.#end(why),
      clean: redactor(this.#secrets),
    })
  }

  /** @param passwords - those in the request */
  ask(request: object, passwords: readonly string[] = []): Promise<unknown> {
    const { now, unattended } = this.#options
    this.#secrets.push(...passwords)
    if (this.#gone) return Promise.reject(this.#gone)
    return new Promise((resolve, reject) => {
      this.#question = { askedAt: now(), resolve, reject }
      this.#child.send({ ...request, unattended, seconds: this.#left() / 1000 + 1 })
      this.#arm()
    })
  }

  /** From here on, the waits are another project's. */
  renew(): void {
    this.#spent = 0
  }

  close(): void {
    this.#end({ kind: 'closed' })
  }

  #left(): number {
    const { budgetMs, now } = this.#options
    return budgetMs - this.#spent - (this.#question ? now() - this.#question.askedAt : 0)
  }

  #arm(): void {
    const { budgetMs, unattended } = this.#options
    clearTimeout(this.#timer)
    const quiet = unattended ? QUIET_MS.unattended : QUIET_MS.byHand
    const most = { start: START_MS, quiet, asking: budgetMs }[this.#phase]
    const limit = Math.max(0, Math.min(most, this.#left()))
    const kind = ({ start: 'start', quiet: 'silent', asking: 'unanswered' } as const)[this.#phase]
    this.#timer = setTimeout(() => this.#end({ kind, seconds: Math.ceil(limit / 1000) }), limit)
  }

  #hear(said: Message) {
    if (!('event' in said)) return this.#answered(said)
    this.#rival = said.rival ?? this.#rival
    if (said.event === 'waiting' && !this.#asked) this.#options.onWaiting?.()
    if (said.event === 'waiting') this.#asked = true
    if (said.event !== 'alive') this.#phase = said.event === 'waiting' ? 'asking' : 'quiet'
    if (this.#question) this.#arm()
  }

  #answered(said: { result: unknown } | { problem: Problem }) {
    clearTimeout(this.#timer)
    const { resolve, reject } = this.#question as Question
    this.#spent = this.#options.budgetMs - this.#left()
    this.#phase = 'quiet'
    this.#question = undefined
    if ('result' in said) return resolve(said.result)
    this.#gone = problemError(said.problem, this.#options.python, this.#heard())
    this.#child.kill()
    reject(this.#gone)
  }

  #heard(): Error | undefined {
    return this.#child.stderr() ? new Error(this.#child.stderr()) : undefined
  }

  #end(why: Silence): void {
    clearTimeout(this.#timer)
    this.#gone ??= silenceError(why, this.#options.python, this.#heard(), this.#rival)
    this.#child.kill()
    this.#question?.reject(this.#gone)
    this.#question = undefined
  }
}
