import { expect, test } from '@jest/globals'
import { both, plugin, pyproject } from '../../e2e/pyproject.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)

// Of the other projects, the tables of each; what the one line says of them.
test.each([
  ['one that lacks something', [plugin({ name: 'team', repository: 'qa' })], '(ONE: team: publish only)'],
  [
    'two that do, with one name',
    [plugin({ name: 'team', repository: 'qa' }), plugin({ name: 'team', repository: 'qa' })],
    '(ONE: team: publish only, TWO: team: publish only)',
  ],
  ['none that does', [both('')], undefined],
])('the short line of several projects says which of them is meant: %s', async (_, tables, says) => {
  await stage().caSync([])
  const folders: string[] = []
  for (const [at, table] of tables.entries()) {
    const url = stage().repositoryUrl('my-domain', 'qa')
    const text = table === both('') ? both(url, { name: 'team', repository: 'qa' }) : table
    const cwd = await stage().makeProject(`other-${at}`, pyproject(text))
    folders.push(cwd)
    expect(await stage().caSync([], { cwd })).toMatchObject({ code: 0 })
  }
  await stage().caSync(['--all', '-v']) // who comes later may have changed what they share
  const shown = (text: string) => text.replace(folders[0] ?? '?', 'ONE').replace(folders[1] ?? '?', 'TWO')
  const only = says === undefined ? '' : ` ${says}`
  const line = `Nothing to do: ${3 + folders.length} sources are ready${only}, tokens are valid for `
  // At once, after a closer look, and of folders that are named.
  const named = [stage().project, ...folders].flatMap((folder) => ['-C', folder])
  for (const words of [['--all'], ['--all', '-v'], ['--all', '--unattended'], [...named, '-v']])
    expect(shown((await stage().caSync(words)).stdout)).toContain(line)
  const [cwd = ''] = folders
  // In its own folder it goes without.
  for (const words of [[], ['-v']]) expect((await stage().caSync(words, { cwd })).stdout).not.toContain(`${cwd}: `)
})
