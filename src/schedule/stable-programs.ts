import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../core/ports/host.ts'
import type { StablePrograms } from '../core/ports/schedule.ts'
import { orElse } from '../core/words/or-else.ts'
import { present } from '../core/words/present.ts'
import { pythonCommand, stableNode, stableProgram } from './paths.ts'

/** Where Node and this program are. */
export type ProgramPlace = Pick<Host, 'env' | 'platform' | 'nodePath' | 'programDir'>

/** Paths of this Node and this program that outlive upgrades.
 * @param command - what writes them again, for messages
 * @throws CaSyncError SCHEDULE_REFUSED when there are none */
export function stablePrograms(
  { env, platform, nodePath, programDir }: ProgramPlace,
  command?: string,
): StablePrograms {
  const options = present({ env, platform, real: realPath, command })
  const main = join(programDir, 'main.cjs')
  const packaged = pythonCommand(main, options)
  if (packaged !== undefined) return { programs: packaged, warnings: [] }
  const program = stableProgram(main, options)
  const node = stableNode(nodePath, options)
  return {
    programs: { node: node.path, program: program.path },
    warnings: [node.warning, program.warning].filter((one) => one !== undefined),
  }
}

const realPath = (path: string): string | undefined => orElse(() => realpathSync(path), undefined)
