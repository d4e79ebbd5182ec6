import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { documentOf, eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const codes = async () => {
  const { sources } = documentOf(await stage().caSync(['status', '--json']))
  return sources.map(({ name, error }: { name: string; error: { code: string } | null }) => `${name} ${error?.code}`)
}

test('each source is told with what it failed with itself', async () => {
  stage().denyTokens()
  await mkdir(stage().config, { recursive: true })
  await writeFile(join(stage().config, 'auth.toml'), '[http-basic.qa]\nusername = "me"\npassword = "x"\n')
  expect((await stage().caSync([])).code).not.toBe(0)
  expect(await codes()).toEqual(['dev AWS_ACCESS_DENIED', 'qa NAME_CONFLICT', 'prod AWS_ACCESS_DENIED'])

  await writeFile(join(stage().config, 'auth.toml'), '')
  await stage().caSync([])
  expect(await codes()).toEqual(['dev AWS_ACCESS_DENIED', 'qa AWS_ACCESS_DENIED', 'prod AWS_ACCESS_DENIED'])
})
