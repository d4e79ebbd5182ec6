// Needs Windows or wine.
import { expect } from '@jest/globals'
import { sharing } from './sharing.ts'
import { library, openWindowsStage } from './stage.ts'

const test = sharing(async () => {
  const stage = await openWindowsStage()
  stage.emulator.addPackage({ domain: 'my-domain', repository: 'dev', name: library, version: '1.2.3' })
  return stage
})

test('ca-sync makes plain Poetry work, once, and takes back what it wrote', async (stage) => {
  const first = await stage.caSync([])
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toMatch(/^dev +ready /)
  const [token] = stage.emulator.issuedTokens()
  expect(stage.emulator.issuedTokens()).toHaveLength(1)

  // What pip, uv and twine would read, too.
  const found = await stage.python('import keyring, sys; print(keyring.get_password(sys.argv[1], "aws"))', stage.host)
  expect(found.stdout.trim()).toBe(token)

  stage.emulator.clearCalls()
  const second = await stage.caSync([])
  expect(second).toMatchObject({ code: 0, stderr: '' })
  expect(second.stdout).toMatch(/^Nothing to do: 3 sources are ready, /)
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(stage.emulator.calls).toEqual([])

  expect(await stage.poetry(['add', library])).toMatchObject({ code: 0 })
  expect(stage.emulator.requests.filter(({ user }) => user === 'aws').length).toBeGreaterThan(0)

  expect(await stage.caSync(['logout'])).toMatchObject({ code: 0 })
  expect(await stage.credentials()).toEqual([])
  for (const name of ['config.toml', 'auth.toml'])
    await expect(stage.read(`${stage.machine.env['APPDATA']}\\pypoetry\\${name}`)).rejects.toThrow('ENOENT')
})
