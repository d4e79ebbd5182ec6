import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { jobNote } from '../../../src/core/ports/schedule.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const roleArn = 'arn:aws:iam::564131876131:role/reader'

/** What the document of the first source and of the renewal says. */
async function told(words: readonly string[]) {
  const { sources, renewal } = JSON.parse((await stage().caSync([...words, '--json'])).stdout)
  return { identity: sources[0].identity, renewal }
}

test.each([
  [['--profile', 'work'], { kind: 'profile', profile: 'work', roleArn: null }],
  [['--role-arn', roleArn], { kind: 'environment', profile: null, roleArn }],
  [['--profile', 'work', '--role-arn', roleArn], { kind: 'profile', profile: 'work', roleArn }],
  [[], { kind: 'environment', profile: null, roleArn: null }],
])('who AWS is asked as is in the documents: %j', async (words, identity) => {
  expect(await told(words)).toEqual({ identity, renewal: undefined })
  expect((await told(['status'])).identity).toEqual(identity)
  expect((await told(['status', '--all'])).identity).toEqual(identity)
})

test('and what renews, and when', async () => {
  expect(await told(['status'])).toEqual({ identity: null, renewal: { by: [], nextAt: null } })
  await stage().caSync([])
  expect((await told(['status'])).renewal).toEqual({ by: [], nextAt: expect.stringMatching(/^2026-03-02T\d\d:.*Z$/) })
  await mkdir(stage().state, { recursive: true })
  await writeFile(join(stage().state, 'job'), jobNote('cron', [], 7))
  const nextAt = expect.stringMatching(/:[03]7:00\.000Z$/)
  expect((await told(['status'])).renewal).toEqual({ by: ['cron'], nextAt })
  expect((await told(['status', '--all'])).renewal).toEqual({ by: ['cron'], nextAt })
})
