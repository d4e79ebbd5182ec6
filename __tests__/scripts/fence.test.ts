import { dirname } from 'node:path'
import { expect, test } from '@jest/globals'
import { allLeaks, leaks, sourceFiles } from '../../scripts/fence.ts'

const folders = [...new Set(sourceFiles('src').map(dirname))].filter((folder) => folder !== 'src')

test('dependencies point one way', () => expect(allLeaks()).toEqual([]))

// The bin may import everything, and nothing may import it.
test.each(folders)('a leak planted in %s is seen, however it is written', (folder) => {
  const main = `${'../'.repeat(folder.split('/').length - 1)}main.ts`
  const forms = [
    `import { start } from '${main}'`,
    `import type { Start } from '${main}'`,
    `import {\n  start,\n} from "${main}"`,
    `import '${main}'`,
    `export { start } from '${main}'`,
    `const { start } = await import('${main}')`,
    `type Start = typeof import('${main}')`,
    `const { start } = require('${main}')`,
  ]
  for (const form of forms) expect([form, leaks(`${folder}/leak.ts`, form).length]).toEqual([form, 1])
})

test.each([
  ['src/core/doctor/leak.ts', '../../aws/aws.ts', 'src/core may import nothing but itself.'],
  ['src/core/a/b/leak.ts', '../../../files/read.ts', 'src/core may import nothing but itself.'],
  ['src/core/leak.ts', 'node:fs', 'core is pure: no I/O.'],
  ['src/aws/leak.ts', '../poetry/find.ts', 'src/aws may import src/core, src/files, src/programs.'],
  ['src/poetry/files/leak.ts', '../../aws/aws.ts', 'src/poetry may import src/core, src/files, src/programs.'],
  [
    'src/commands/sync/leak.ts',
    '../../files/read.ts',
    'src/commands may import src/core, src/machine, src/run, src/survey.',
  ],
  ['src/commands/leak.ts', '@aws-sdk/client-sts', 'Only src/aws knows the AWS SDK.'],
  ['src/shell/leak.ts', 'keytar', 'Only src/vault knows keytar.'],
  ['src/schedule/leak.ts', 'node:child_process', 'Only src/programs starts programs.'],
  ['src/main.ts', 'child_process', 'Only src/programs starts programs.'],
  ['src/aws/leak.ts', '@iarna/toml', 'TOML is read in src/files and src/poetry.'],
  ['src/commands/leak.ts', 'yargs/helpers', 'Only src/cli knows yargs.'],
])('%s may not import %s', (file, specifier, why) => {
  expect(leaks(file, `import { x } from '${specifier}'`)).toEqual([`${file} imports ${specifier}: ${why}`])
})

test.each([
  ['src/core/doctor/a.ts', '../ports/ports.ts'],
  ['src/core/a.ts', 'node:util'],
  ['src/poetry/files/a.ts', '../../files/read.ts'],
  ['src/poetry/a.ts', './files/read.ts'],
  ['src/cli/a.ts', '../commands/sync.ts'],
  ['src/main.ts', './cli/program.ts'],
])('%s may import %s', (file, specifier) => {
  expect(leaks(file, `import { x } from '${specifier}'`)).toEqual([])
})
