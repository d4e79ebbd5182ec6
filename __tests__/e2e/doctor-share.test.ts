import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { plugin, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.caSync([])
})
afterAll(() => stage.close())

const tells = () => [
  '564131876131',
  'my-domain',
  new URL(stage.url).host,
  stage.box.home,
  stage.project,
  'my-app',
  'kim',
  ...stage.emulator.issuedTokens(),
]

test.each([
  ['a machine that is well', {}, []],
  ['a variable in the way', { POETRY_HTTP_BASIC_DEV_PASSWORD: 'hunter2-hunter2' }, []],
  ['no keyring', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/kim' }, []],
  ['no project', {}, ['-C', '/tmp']],
  ['no project, in a folder with a blank in its name', {}, ['-C', '/var/kim s/564131876131']],
  ['JSON', {}, ['--json']],
])('doctor --share tells of nobody: %s', async (_, more, words) => {
  const env = { ...stage.env, USER: 'kim', LOGNAME: 'kim', ...more }
  const { stdout, stderr } = await stage.caSync(['doctor', '--share', ...words], { env })
  expect(stdout).toMatch(/ca-sync|"version"/)
  expect(stdout).not.toContain('s/<account>')
  for (const one of [...tells(), 'hunter2']) {
    expect(stdout).not.toContain(one)
    expect(stderr).not.toContain(one)
  }
})

test.each([
  ['repository', { repository: 'shraed' }, /Did you mean shared\? The domain has: /],
  ['domain', { domain: 'my-domian' }, /Did you mean my-domain\? The account has in us-east-1: /],
])('nor does it tell what else there is, where a %s is misspelled', async (name, wrong, told) => {
  const project = await stage.makeProject(`wrong-${name}`, pyproject(plugin({ name: 'dev', ...wrong })))
  const doctor = async (...words: string[]) => (await stage.caSync(['doctor', '-C', project, ...words])).stdout
  expect(await doctor()).toMatch(told)
  const shared = await doctor('--share')
  expect(shared).toContain('<names>')
  expect(shared).not.toMatch(/\bshared\b|my-domain|\bprod\b|shraed|my-domian/)
})

test.each([[[]], [['-C', '/nowhere/at all']], [['-C', '/tmp', '--json']]])(
  'where there is no project, doctor --share ends as doctor does: %j',
  async (words) => {
    const cwd = stage.box.home
    const [shared, plain] = [
      await stage.caSync(['doctor', '--share', ...words], { cwd }),
      await stage.caSync(['doctor', ...words], { cwd }),
    ]
    expect([plain.code, shared.code]).toEqual([3, 3])
  },
)
