import { afterEach, expect, jest, test } from '@jest/globals'
import { snapshot, writePoetryFiles } from './files.ts'
import { bothManners, minted, ours, ownBackend, refusal, services, whileMinting } from './keyring.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
afterEach(() => stage.close())

const locked = 'Your keyring is locked'
const silent = 'The keyring did not answer within \\d+ s\\.'

test.each([
  {
    how: 'is locked',
    fail: () => stage.box.lockKeyring(),
    mend: () => stage.box.unlockKeyring(),
    says: { byHand: `${locked}, and it was not unlocked when asked for\\.`, unattended: `${locked}\\.` },
  },
  {
    how: 'falls silent',
    fail: () => stage.box.stopKeyring(),
    mend: () => stage.box.continueKeyring(),
    says: { byHand: silent, unattended: silent },
  },
])('a keyring that $how while AWS makes the token', async ({ fail, mend, says }) => {
  stage = await openStage()
  await writePoetryFiles(stage)
  const before = await snapshot(stage.config)

  const { byHand, unattended } = await whileMinting(stage, 2, () => bothManners(stage), fail)
  expect(byHand).toMatchObject(refusal(says.byHand, '.*'))
  expect(unattended).toMatchObject(refusal(says.unattended, '.*'))
  expect(await snapshot(stage.config)).toEqual(before)

  await mend()
  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  expect(minted(stage)).toBe(3)
  expect(await services(stage)).toEqual(ours(stage))
})

test("a token that only ca-sync's own item took is used by the next run", async () => {
  stage = await openStage()
  const readOnly = await ownBackend(stage, "def set_password(self, *_): raise PasswordSetError('read only')")
  const refused = await stage.caSync([], { env: { ...stage.env, ...readOnly } })
  expect(refused).toMatchObject(
    refusal(
      'dev, qa, prod: The keyring refused the entry 127\\.0\\.0\\.1:\\d+: PasswordSetError: read only\\.',
      'Check that the keyring can be written .*',
    ),
  )
  expect(await services(stage)).toEqual(['ca-sync'])

  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  expect(minted(stage)).toBe(1)
  expect(await services(stage)).toEqual(ours(stage))
})

test('a source whose entry is refused does not stop the others', async () => {
  stage = await openStage()
  const stuck = await ownBackend(
    stage,
    `kept = Kept({('poetry-repository-qa', 'aws'): 'of another tool'})
def delete_password(self, service, username): raise PasswordDeleteError('read only')`,
  )
  const { code, stdout, stderr } = await stage.caSync([], { env: { ...stage.env, ...stuck } })
  expect({ code, stderr }).toEqual({
    code: 6,
    stderr: expect.stringMatching(/^error: qa: The keyring refused the entry poetry-repository-qa: /),
  })
  expect(stdout).toMatch(/^dev {3}ready .*\nprod {2}ready .*\n$/)
})
