import type { KeepingWish } from '../../core/memory/state.ts'
import type { ProjectPlace } from '../../core/ports/project.ts'
import type { Settings } from '../../core/project/settings.ts'
import { inFolder } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { configDirOf, inputsOf, surveyOf } from '../../survey/survey.ts'
import { chooserOf, draft } from '../../survey/targets.ts'

/** What a run was asked to do, for each of its projects. */
export interface Wish {
  readonly flags: Settings
  readonly sources: readonly string[] | undefined
  readonly force: boolean
  readonly dryRun: boolean
  readonly unattended: boolean
  /** Whether a project whose last failure's retry is not due yet is left alone. */
  readonly patient: boolean
  /** Every project: each as the identity and with the Poetry that it was synced with, whatever this shell's are. */
  readonly all: boolean
  /** One project, or some, that are not simply that of the current folder. */
  readonly isNamed?: boolean
  readonly keeping?: KeepingWish
}

/** What a run on one project works on, before anything is asked of AWS, Poetry or a keyring. */
export type Request = Awaited<ReturnType<typeof requestFor>>

type Parts = Pick<
  Machine,
  'host' | 'keysStamp' | 'apiStamp' | 'projects' | 'poetryFiles' | 'store' | 'userConfigFile' | 'userConfig' | 'stamps'
>

export async function requestFor(machine: Parts, place: ProjectPlace, wish: Wish) {
  const { force, dryRun, unattended, all, sources: source, flags, keeping: keepingWish = {} } = wish
  const state = machine.store.read()
  const recordedDir = all ? state.projects[place.folder]?.poetry.configDir : undefined
  // Taken before what they are of is read.
  const before = inputsOf(machine, place, recordedDir ?? configDirOf(machine, state, place.folder))
  const seen = surveyOf(machine, { place, state, source, keeping: keepingWish, anyShell: unattended || all })
  const here = await chooserOf(machine, flags)
  const chooser = all ? { ...here, environment: undefined } : here
  // A job leaves alone what was logged out.
  const leaves = (name: string) => all && seen.record?.without?.includes(name)
  const staying = seen.sources.filter(({ name }) => !leaves(name))
  const drafts = draft(staying, seen.record, chooser)
  const where = inFolder(all || wish.isNamed ? place.folder : undefined)
  return { ...seen, before, drafts, chooser, force, dryRun, unattended, all, where, keepingWish }
}
