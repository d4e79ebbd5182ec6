import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { both, pyproject } from '../../e2e/pyproject.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { documentOf, eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const removed = /^Removed the token of (.*)\.$/m
const auth = () => join(stage().config, 'auth.toml')
const kept = /^Kept: (.*), still used in /m

/** Another project of the same domain, under other names. */
async function other(...words: string[]) {
  const url = stage().repositoryUrl('my-domain', 'far')
  const cwd = await stage().makeProject('other', pyproject(both(url, { name: 'far', repository: 'far' })))
  expect((await stage().caSync(words, { cwd })).code).toBe(0)
}

const [vault, file] = ['my-domain', 'my-domain FILE']

test.each([
  ['back in the keyring', ['plaintext', 'keyring'], 'keyring', undefined, vault],
  ['back in the keyring, twice', ['plaintext', 'keyring', 'plaintext', 'keyring'], 'keyring', undefined, vault],
  ['in the keyring, then for exec', ['plaintext', 'exec'], 'keyring', undefined, vault],
  ['in plain text', ['plaintext'], 'keyring', file, vault],
  ['in plain text, as the other', ['keyring', 'plaintext'], 'plaintext', vault, file],
  ['in the keyring, not as the other', ['keyring'], 'plaintext', vault, file],
])('a token %s is not said to be both removed and kept', async (_, stores, theirs, goes, stays) => {
  await other('--store', theirs)
  for (const store of stores) expect((await stage().caSync(['--store', store])).code).toBe(0)
  const { code, stdout } = await stage().caSync(['logout'])
  const told = stdout.replaceAll(/ (?:from|in) (?=\/\S*auth\.toml)/g, ' ').replaceAll(auth(), 'FILE')
  expect({ code, told, goes: removed.exec(told)?.[1], stays: kept.exec(told)?.[1] }).toEqual({
    ...{ code: 0, told, goes },
    stays: `the token of ${stays}`,
  })
})

test('no token that is no more is counted, or remembered', async () => {
  for (const store of ['plaintext', 'keyring']) await stage().caSync(['--store', store])
  const { tokens } = JSON.parse(await stage().read(join(stage().state, 'state.json')))
  expect(Object.keys(tokens)).toEqual([expect.not.stringContaining('auth.toml')])
  expect(documentOf(await stage().caSync(['logout', '--json'])).removed.tokens).toBe(1)
})

test('of a token in plain text that another name still has there, nothing is forgotten', async () => {
  await stage().caSync(['--store', 'plaintext'])
  await stage().caSync(['--store', 'keyring', '-s', 'dev'])
  expect(await stage().read(auth())).toContain(stage().tokens()[0])
  expect((await stage().caSync(['logout'])).code).toBe(0)
  expect(
    await stage()
      .read(auth())
      .catch(() => ''),
  ).not.toContain('password')
})

// Who the others' token is asked as, who ours are, and what is logged out; what is said to be removed, and kept.
const mine = { qa: 'profile b', dev: 'the keys in the environment' }
test.each([
  ['one of two', undefined, ['-s', 'qa'], [mine.qa], []],
  ['both', undefined, [], [mine.dev, mine.qa], []],
  ["both, of which one is another project's, too", 'b', [], [mine.dev], [mine.qa]],
  ["both, and none is another project's", 'c', [], [mine.dev, mine.qa], []],
])('of two identities on one domain, the token that is meant is named: %s', async (_, theirs, words, goes, stays) => {
  if (theirs !== undefined) await other('--profile', theirs)
  const qa = both(stage().repositoryUrl('my-domain', 'qa'), { name: 'qa', repository: 'qa' })
  await writeFile(join(stage().project, 'pyproject.toml'), pyproject(both(stage().url), qa))
  for (const typed of [
    ['-s', 'dev'],
    ['-s', 'qa', '--profile', 'b'],
  ])
    expect(await stage().caSync(typed)).toMatchObject({ code: 0, stderr: '' })
  const { stdout } = await stage().caSync(['logout', ...words])
  const told = (line = '') =>
    [...line.matchAll(/my-domain of 564131876131 \(us-east-1\) as ([^,.]+)/g)].map(([, who]) => who)
  expect([told(removed.exec(stdout)?.[1]), told(kept.exec(stdout)?.[1])]).toEqual([goes, stays])
})

test('one token of two domains of one name is named by its account and region', async () => {
  const far = both(stage().url.replace('us-east-1', 'eu-west-1'), { name: 'far', region: 'eu-west-1' })
  await writeFile(join(stage().project, 'pyproject.toml'), pyproject(both(stage().url), far))
  expect((await stage().caSync([])).code).toBe(0)
  const { stdout } = await stage().caSync(['logout', '-s', 'far'])
  expect(removed.exec(stdout)?.[1]).toBe('my-domain of 564131876131 (eu-west-1) as the keys in the environment')
})
