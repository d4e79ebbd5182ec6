import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { age } from '../../__tests__/e2e/aging.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { declaration, pluginTable } from '../example-project.ts'
import { type Box, openBox } from '../testbed/box.ts'
import { checkout } from '../testbed/checkout.ts'
import { copyProject } from '../testbed/copies.ts'
import { poetry } from '../testbed/poetry.ts'
import { makeProject } from '../testbed/project.ts'
import { type Command, cost } from './cost.ts'

export const program = [process.execPath, checkout('dist/main.cjs')]
export const owner = '564131876131'
export const region = 'us-east-1'

/** A source of a project: its name, which is its repository's, too, and its domain. */
export interface LabSource {
  readonly name: string
  readonly domain: string
}

/** A machine of its own, with a project that was synced there. */
export interface Lab extends Pick<Command, 'cwd' | 'env'> {
  readonly box: Box
  readonly emulator: Emulator
  readonly sources: readonly LabSource[]
  /** Lets the tokens fall due. */
  readonly makeDue: () => Promise<void>
}

/** What stands on it. */
export interface Ground {
  readonly sources: readonly LabSource[]
  /** How long AWS takes for a call, in milliseconds. */
  readonly latencyMs?: number
  /** Projects like it that were synced, too. */
  readonly copies?: number
  /** It is not synced yet. */
  readonly isNew?: boolean
}

/** So many sources, side by side in so many domains. */
export const spread = (count: number, domains: number): LabSource[] =>
  Array.from({ length: count }, (_, index) => ({ name: `source-${index}`, domain: `domain-${index % domains}` }))

const pyprojectOf = (sources: readonly LabSource[], emulator: Emulator): string =>
  sources
    .map(({ name, domain }) => {
      const url = emulator.repositoryUrl(domain, name)
      return pluginTable({ name, domain, repository: name }) + declaration(name, url)
    })
    .join('')

export async function openLab({ sources, latencyMs = 60, copies = 0, isNew = false }: Ground): Promise<Lab> {
  const repositories = sources.map(({ name }) => name)
  const domains = [...new Set(sources.map(({ domain }) => domain))]
  const [box, emulator] = await Promise.all([
    openBox(),
    startEmulator({ latencyMs, domains: domains.map((domain) => ({ domain, owner, region, repositories })) }),
  ])
  const cwd = await makeProject(box, 'my-app', pyprojectOf(sources, emulator))
  const env = { ...box.env, ...emulator.env, CA_SYNC_POETRY: poetry('2.5').program }
  const state = join(box.home, '.local/state/ca-sync')
  if (!isNew) await cost({ words: program, cwd, env })
  if (copies > 0) await copyProject(box, state, cwd, copies)
  const makeDue = () => age({ state, read: (path) => readFile(path, 'utf8') }, 8)
  return { box, emulator, sources, cwd, env, makeDue }
}
