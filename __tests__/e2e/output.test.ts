import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const shell = (line: string) => run('bash', ['-o', 'pipefail', '-c', line], { env: stage.env, cwd: stage.project })

// What answers by itself, what loads the program, and what fails: the code of each where all can be read.
const commands = [
  ['--version', 0],
  ['help', 0],
  ['help sync', 0],
  ['hook bash', 0],
  ['completion bash', 0],
  ['sources', 0],
  ['status', 6],
  ['status --json', 6],
  ['doctor --offline', 6],
] as const
const full = 'error: Cannot write the output: no space left on the disk.\n'
const readOnly = 'error: Cannot write the output: bad file descriptor.\n'

test.each(commands)('ca-sync %s, where the output cannot be written', async (command, code) => {
  const ways: Record<string, readonly [code: number, stderr: string | undefined]> = {
    '>/dev/full': [1, full],
    '1</dev/null': [1, readOnly],
    '>/dev/full 2>/dev/full': [1, ''],
    '>/dev/full 2>&-': [1, ''],
    '1</dev/null 2</dev/null': [1, ''],
    // Who reads no more, or listens to nothing, has chosen so.
    '| head -0': [code, undefined],
    '>&-': [code, undefined],
    '2>/dev/full': [code, ''],
    '2>&-': [code, ''],
    '2</dev/null': [code, ''],
    '>&- 2>&-': [code, ''],
  }
  const seen: typeof ways = {}
  for (const [way, [, stderr]] of Object.entries(ways)) {
    const ended = await shell(`ca-sync ${command} ${way}`)
    seen[way] = [ended.code ?? -1, stderr === undefined ? undefined : ended.stderr]
    expect(ended.stderr).not.toMatch(/a bug in ca-sync|\n +at /)
  }
  expect(seen).toEqual(ways)
})

test.each([
  ['a mistake', 'ca-sync nonsense', 2],
  ['a sync', 'ca-sync', 0],
])('%s that nobody can be told of keeps its code', async (_, command, code) => {
  for (const way of ['2>/dev/full', '2>&-', '2</dev/null', '>&- 2>&-', '| head -0'])
    expect([way, (await shell(`${command} ${way}`)).code]).toEqual([way, code])
})

test('what a run did before its output could not be written is done', async () => {
  await stage.caSync(['logout'])
  expect(await shell('ca-sync >/dev/full')).toMatchObject({ code: 1, stderr: full })
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(await shell('ca-sync exec -- sh -c "echo out; exit 7" >/dev/full')).toMatchObject({ code: 7 })
})
