import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { documentOf, eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
type Row = Record<'name' | 'ready' | 'install' | 'publish', unknown> & { error: { code: string } | null }
const verdict = ({ ready, install, publish, error }: Row) => ({ ready, install, publish, code: error?.code })
const devIn = async (words: readonly string[]) => {
  const { sources } = documentOf(await stage().caSync([...words, '--json']))
  return verdict(sources.find(({ name }: Row) => name === 'dev'))
}
const line = '[repositories.dev]\nurl = "http://127.0.0.1:1/x/"\n'
const declareElsewhere = async () => {
  const file = join(stage().project, 'pyproject.toml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(`url = "${stage().url}simple/"`, 'url = "https://example.org/simple/"'))
}

test.each([
  ['declared at another host', [], declareElsewhere, 'SOURCE_HOST_MISMATCH', false],
  [
    'declared at another host, in plain text',
    ['--store', 'plaintext'],
    declareElsewhere,
    'SOURCE_HOST_MISMATCH',
    false,
  ],
  [
    'a repository of poetry.toml at another host, in plain text',
    ['--store', 'plaintext'],
    () => writeFile(join(stage().project, 'poetry.toml'), line),
    'CREDENTIALS_SHADOWED',
    true,
  ],
] as const)(
  'sync, dry runs and status say the same of a refused source: %s',
  async (_, words, spoil, code, install) => {
    expect((await stage().caSync(words)).code).toBe(0)
    await spoil()
    const before = await devIn(['status'])
    const ran = [
      await devIn(['-n']),
      await devIn([]),
      await devIn(['status']),
      await devIn([]),
      await devIn(['status']),
    ]
    expect(before).toMatchObject({ ready: false, install, code })
    expect(ran).toEqual(ran.map(() => before))
    const { code: ended, stderr } = await stage().caSync(['status'])
    expect({ ended, stderr }).toEqual({ ended: 6, stderr: expect.not.stringContaining('not as ca-sync left them') })
  },
)

test('doctor tells once, and as the others do, that a source is declared at another host', async () => {
  expect((await stage().caSync([])).code).toBe(0)
  await declareElsewhere()
  const { stdout } = await stage().caSync(['doctor', '--offline', '--json'])
  const { checks, sources } = JSON.parse(stdout)
  const [word] = sources.filter(({ name }: Row) => name === 'dev')
  expect(word).toMatchObject({ ready: false, install: false, publish: true })
  const said = checks.filter(({ message }: { message: string }) => message.includes('is at another host'))
  expect(said).toHaveLength(1)
})
