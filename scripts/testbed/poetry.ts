import { checkout } from './checkout.ts'

export type PoetryLine = '2.5' | '1.8'

/** A real Poetry that scripts/setup.sh installed: its venv's `bin` folder (to put on PATH), its program and its interpreter. */
export function poetry(line: PoetryLine): { bin: string; program: string; python: string } {
  const bin = checkout('.cache', `poetry-${line}`, 'bin')
  return { bin, program: `${bin}/poetry`, python: `${bin}/python` }
}
