import { build } from 'esbuild'
import { checkout } from '../testbed/checkout.ts'

/** One of these scripts as a single file that Node runs. */
export const bundle = (name: 'agent' | 'parts', outfile: string) =>
  build({
    entryPoints: [checkout('scripts/windows', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    loader: { '.py': 'text' },
    logLevel: 'warning',
  })
