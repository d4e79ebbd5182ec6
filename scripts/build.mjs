// Builds dist/: a small entry (the bin), and the program in chunks that are loaded when needed; all CommonJS, which starts sooner.
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import { notices } from './release/notices.mjs'

const { version, homepage = 'https://www.npmjs.com/package/ca-sync' } = JSON.parse(
  await readFile('package.json', 'utf8'),
)

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  define: {
    __VERSION__: JSON.stringify(version),
    __DOCS__: JSON.stringify(homepage),
    // The SDK's own switch for the notice that it prints on Node 20 at every run; in the environment, the child of `exec` would get it, too.
    'process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED': '"true"',
  },
  external: ['keytar'],
  loader: { '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text', '.ps1': 'text' },
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
  minify: true,
  metafile: true,
}

// The entry loads these at run time, from the other builds.
const later = {
  name: 'later',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/cli\/program\.ts$/ }, () => ({ path: './program.cjs', external: true }))
    onResolve({ filter: /\/quick-\w+\.cjs$/ }, ({ path }) => ({ path, external: true }))
  },
}

// Help and completion need what is declared of a command, and never load it.
const unread = {
  name: 'unread',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/commands\/\w+\/\w+\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

// Node as old as 12 has to read the whole bin before it can run its first statement.
const tooOld = [
  'var v=process.version,n=v.slice(1).split(".");',
  'if(n[0]<20||n[0]==21||n[0]==20&&n[1]<19){',
  'require("fs").writeSync(2,"error: ca-sync needs Node 20.19 or newer; this is "+v+" ("+process.execPath+").\\n',
  '  Type: nvm install 22 (or see https://nodejs.org/en/download)\\n");process.exit(1)}',
].join('')

const results = await Promise.all([
  build({
    ...shared,
    entryPoints: ['src/main.ts'],
    format: 'cjs',
    outfile: 'dist/main.cjs',
    plugins: [later],
    target: 'node12',
    supported: { 'dynamic-import': false },
    banner: { js: `#!/usr/bin/env node\n${tooOld}` },
  }),
  build({
    ...shared,
    entryPoints: {
      'quick-exec': 'src/quick-exec.ts',
      'quick-help': 'src/quick-help.ts',
      'quick-hook': 'src/quick-hook.ts',
      'quick-offers': 'src/quick-offers.ts',
      vault: 'src/vault/child.ts',
    },
    plugins: [unread],
    format: 'cjs',
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    // A dynamic import of a CommonJS package becomes a require, which starts sooner.
    supported: { 'dynamic-import': false },
  }),
  build({
    ...shared,
    entryPoints: { program: 'src/cli/program.ts' },
    format: 'esm',
    splitting: true,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    chunkNames: 'chunks/[name]-[hash]',
    write: false,
  }),
])
await chmod('dist/main.cjs', 0o755)

// esbuild splits modules only; each of them is made CommonJS.
await mkdir('dist/chunks', { recursive: true })
await Promise.all(
  results.flatMap(({ outputFiles = [] }) =>
    outputFiles.map(async ({ path, text }) => {
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        target: 'node20',
        minify: true,
        supported: { 'dynamic-import': false },
        define: { 'import.meta.url': '__filename' },
      })
      await writeFile(path, code)
    }),
  ),
)

const licences = 'dist/THIRD-PARTY.txt'
await writeFile(licences, await notices(results.flatMap(({ metafile }) => Object.keys(metafile.inputs))))

// The manual page, and what of docs/configuration.md is made of the commands' declarations.
execFileSync(process.execPath, ['scripts/run.mjs', 'scripts/pages/main.ts'], { stdio: 'inherit' })

// What an earlier build left is removed last: a run that has just started still finds its chunks.
const built = new Set([licences, 'dist/ca-sync.1', ...results.flatMap(({ metafile }) => Object.keys(metafile.outputs))])
for (const entry of await readdir('dist', { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  if (entry.isFile() && !built.has(path.replaceAll('\\', '/'))) await rm(path)
}
