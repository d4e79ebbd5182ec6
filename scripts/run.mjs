// run.mjs SCRIPT [ARGUMENT...]: runs one of the TypeScript scripts.
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [, , script, ...words] = process.argv
const outfile = join('build', `${basename(script, '.ts')}.mjs`)
await build({
  entryPoints: [script],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  loader: { '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text', '.ps1': 'text' },
  logLevel: 'warning',
})
process.argv = [process.execPath, outfile, ...words]
await import(pathToFileURL(outfile).href)
