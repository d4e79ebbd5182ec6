import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type MemoryStage, openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const elsewhere = '[repositories.dev]\nurl = "https://example.org/simple/"\n'
const project = ({ project }: Pick<MemoryStage, 'project'>) => join(project, 'poetry.toml')
const config = ({ config }: Pick<MemoryStage, 'config'>) => join(config, 'config.toml')

test.each([
  ["the project's poetry.toml", project],
  ['a line by hand in config.toml', config],
] as const)('no token in plain text where Poetry would send it to another host: %s', async (_, place) => {
  const path = place(stage())
  await mkdir(stage().config, { recursive: true })
  await writeFile(path, elsewhere)
  const { code, stderr, stdout } = await stage().caSync(['--store', 'plaintext', '--json'])
  expect({ code, path: await stage().read(path) }).toMatchObject({ code: 6, path: expect.stringContaining(elsewhere) })
  const [dev, qa] = JSON.parse(stdout).sources
  expect(dev).toMatchObject({ ready: false, error: { code: 'CREDENTIALS_SHADOWED' } })
  expect(qa).toMatchObject({ ready: true })
  expect(stderr).toContain(
    `dev: ${path} has dev at "example.org", where Poetry would send a token that is in plain text.`,
  )
  expect(stderr).toContain(`Remove [repositories.dev] from ${path}, or type: ca-sync --store keyring`)
  expect(await stage().read(join(stage().config, 'auth.toml'))).not.toContain('dev')
})

test.each([
  ['the same repository', ['--store', 'plaintext'], (url: string) => `[repositories.dev]\nurl = "${url}"\n`],
  ['another host, from the keyring', [], () => elsewhere],
] as const)('is no leak: %s', async (_, words, text) => {
  await writeFile(project(stage()), text(stage().url))
  expect((await stage().caSync(words)).code).toBe(0)
})
