import type { State } from './core/memory/state.ts'
import { type BareHost, type Host, sudoUser } from './core/ports/host.ts'
import { present } from './core/words/present.ts'
import { startEarly } from './poetry/keyring/child.ts'
import { nearestProject } from './state/quick.ts'

/** Where a token is due, starts the Python whose keyring is about to be asked: it is ready when the program is. */
export function quickStart(host: BareHost, state: State | undefined): Host['early'] {
  const folder = nearestProject(host.cwd) ?? ''
  const record = state?.projects[folder]
  const isDue = record !== undefined && record.store === undefined && host.now() >= record.renewAt * 1000
  if (!isDue || sudoUser(host) !== undefined) return undefined
  const { python, start } = record.poetry
  return python === '' ? undefined : startEarly({ ...host, ...present({ python, start }), projects: [folder] })
}
