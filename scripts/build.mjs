// Builds dist/: a small CommonJS entry (the bin), and the program as lazily loaded ESM chunks.
import { chmod, readFile, rm } from 'node:fs/promises'
import { build } from 'esbuild'

const { version } = JSON.parse(await readFile('package.json', 'utf8'))

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  define: { __VERSION__: JSON.stringify(version) },
  external: ['keytar'],
  loader: { '.py': 'text' },
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
}

// CommonJS packages inside the ESM chunks call `require` for Node's own modules.
const banner = { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" }

await rm('dist', { recursive: true, force: true })
await Promise.all([
  build({
    ...shared,
    entryPoints: ['src/main.ts'],
    format: 'cjs',
    outfile: 'dist/main.cjs',
    external: ['./program.js'],
    minify: true,
    banner: { js: '#!/usr/bin/env node' },
  }),
  build({
    ...shared,
    entryPoints: { program: 'src/program.ts', vault: 'src/vault/child.ts' },
    format: 'esm',
    splitting: true,
    outdir: 'dist',
    minify: true,
    banner,
  }),
])
await chmod('dist/main.cjs', 0o755)
