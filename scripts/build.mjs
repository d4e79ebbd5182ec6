// Builds dist/: a small entry (the bin), and the program in chunks that are loaded when needed; all CommonJS, which starts sooner.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { rolldown } from 'rolldown'
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
    onResolve({ filter: /\/(?:start|quick-\w+)\.cjs$/ }, ({ path }) => ({ path, external: true }))
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

// Node as old as 12 has to read the whole bin before it can run its first statement. Its names are its own: esbuild does not know them.
const tooOld = [
  '!function(){var v=process.version,n=v.slice(1).split(".");',
  'if(n[0]<20||n[0]==21||n[0]==20&&n[1]<19){',
  'require("fs").writeSync(2,"error: ca-sync needs Node 20.19 or newer; this is "+v+" ("+process.execPath+").\\n',
  '  Type: nvm install 22 (or see https://nodejs.org/en/download)\\n");process.exit(1)}}();',
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
      'quick-load': 'src/quick-load.ts',
      'quick-offers': 'src/quick-offers.ts',
      'quick-start': 'src/quick-start.ts',
      start: 'src/start.ts',
      vault: 'src/vault/child.ts',
    },
    plugins: [later, unread],
    format: 'cjs',
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    // A dynamic import of a CommonJS package becomes a require, which starts sooner.
    supported: { 'dynamic-import': false },
  }),
])
await chmod('dist/main.cjs', 0o755)

/** What most commands run, and all of what the quickest of them do. */
const always = ['cli/program.ts', 'desk.ts', 'commands/status/status.ts', 'commands/sources/sources.ts']

/** The modules that they load at once, theirs included. */
function loadedBy(files, { getModuleInfo }) {
  const found = new Set(files.map((file) => resolve('src', file)))
  for (const id of found) for (const next of getModuleInfo(id).importedIds) found.add(next)
  return found
}

/** @iarna/toml hides a require from bundlers of browsers; beside an `eval`, no name can be made short. */
const unhidden = {
  name: 'unhidden',
  transform: {
    filter: { id: /toml-parser\.js$/ },
    handler: (code) => code.replace(/eval\("(require\('util'\)\.inspect)"\)/, '$1'),
  },
}

/**
 * What makes Node load a file sooner: text of one byte a character; wrappers of CommonJS modules in a form that is compiled at once, not
 * twice; and an object without a prototype for what is exported, to which V8 adds hundreds of names faster.
 */
const sooner = {
  name: 'sooner',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue
      chunk.code = `exports=module.exports=Object.create(null);${chunk.code}`
        .replaceAll(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .replaceAll('.t(((e,t)=>{', '.t((function(e,t){')
      // By which quick-load tells what was compiled from this text.
      chunk.code += `\n//${createHash('sha256').update(chunk.code).digest('hex').slice(0, 16)}`
    }
  },
}

// Each file costs a start as much as thousands of lines in it that do not run: what is always loaded is one.
let together
const program = await rolldown({
  input: { program: 'src/cli/program.ts' },
  platform: 'node',
  external: shared.external,
  resolve: { mainFields: shared.mainFields },
  moduleTypes: shared.loader,
  transform: { target: shared.target, define: { ...shared.define, 'import.meta.url': '__filename' } },
  plugins: [unhidden, sooner],
  preserveEntrySignatures: 'allow-extension',
  checks: { ineffectiveDynamicImport: false },
})
const { output } = await program.write({
  dir: 'dist',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
  // A dynamic import of what is CommonJS becomes a require, which starts sooner.
  dynamicImportInCjs: false,
  comments: false,
  minify: { mangle: { toplevel: true } },
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      {
        debugName: 'always',
        name: (id, graph) => {
          together ??= loadedBy(always, { getModuleInfo: (of) => graph.getModuleInfo(of) })
          return together.has(id) ? 'program' : null
        },
      },
    ],
  },
})

const licences = 'dist/THIRD-PARTY.txt'
const bundled = output.flatMap(({ moduleIds }) => moduleIds.map((id) => relative('.', id)))
await writeFile(
  licences,
  await notices([...bundled, ...results.flatMap(({ metafile }) => Object.keys(metafile.inputs))]),
)

// The manual page, and what of docs/configuration.md is made of the commands' declarations.
execFileSync(process.execPath, ['scripts/run.mjs', 'scripts/pages/main.ts'], { stdio: 'inherit' })

// What an earlier build left is removed last: a run that has just started still finds its chunks.
const built = new Set([
  ...[licences, 'dist/ca-sync.1', ...output.map(({ fileName }) => `dist/${fileName}`)],
  ...results.flatMap(({ metafile }) => Object.keys(metafile.outputs)),
])
for (const entry of await readdir('dist', { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  if (entry.isFile() && !built.has(path.replaceAll('\\', '/'))) await rm(path, { force: true })
}
