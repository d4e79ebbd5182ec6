import { existsSync } from 'node:fs'
import { checkout } from './checkout.ts'

export type PoetryLine = '2.5' | '1.8'

/** A real Poetry that scripts/setup.sh installed: its venv's `bin` folder (to put on PATH), its program and its interpreter. Throws where there is none. */
export function poetry(line: PoetryLine): { bin: string; program: string; python: string } {
  const bin = checkout('.cache', `poetry-${line}`, 'bin')
  if (!existsSync(bin))
    throw new Error(
      `Poetry ${line} is not in .cache. ./scripts/test PATTERN installs it, and runs the tests of that name.`,
    )
  return { bin, program: `${bin}/poetry`, python: `${bin}/python` }
}
