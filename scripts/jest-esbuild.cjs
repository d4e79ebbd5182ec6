const { transformSync } = require('esbuild')

/** jest runs TypeScript, and imports other source as text, through the esbuild that also builds the program. */
module.exports = {
  process: (text, path) =>
    transformSync(text, {
      loader: path.endsWith('.ts') ? 'ts' : 'text',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      sourcefile: path,
    }),
}
