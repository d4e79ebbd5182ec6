const { transformSync } = require('esbuild')

/** jest runs TypeScript, and imports Python as text, through the esbuild that also builds the program. */
module.exports = {
  process: (text, path) =>
    transformSync(text, {
      loader: path.endsWith('.py') ? 'text' : 'ts',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      sourcefile: path,
    }),
}
