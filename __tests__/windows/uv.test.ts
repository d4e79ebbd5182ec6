// Needs Windows or wine.
import { win32 } from 'node:path'
import { expect } from '@jest/globals'
import { sharing } from './sharing.ts'
import { openWindowsStage } from './stage.ts'

const test = sharing(() => openWindowsStage())

test("Poetry of uv: its launcher leads to its own Python, wherever uv was told to put it, past another Poetry's", async (stage) => {
  const { machine } = stage
  const at = (...names: string[]) => win32.join(machine.home, 'uv', ...names)
  const folders = {
    UV_TOOL_DIR: at('tools'),
    UV_TOOL_BIN_DIR: at('bin'),
    UV_CACHE_DIR: at('cache'),
    UV_LINK_MODE: 'copy',
  }
  const installed = await stage.run([...machine.uvToolInstall, 'poetry==2.5.*'], {
    env: { ...stage.env, ...folders },
    timeoutMs: 300_000,
  })
  expect(installed).toMatchObject({ code: 0 })

  // Where they are was said when installing only.
  const env = { ...stage.env, PATH: `${at('bin')};${stage.env['PATH']}` }
  expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stderr: '' })
  const python = at('tools', 'poetry', 'Scripts', 'python.exe')
  expect(await stage.read(win32.join(stage.state, 'state.json'))).toContain(JSON.stringify(python))
  const { stdout } = await stage.run([
    python,
    '-c',
    `import keyring; print(keyring.get_password("${stage.host}", "aws"))`,
  ])
  expect(stdout.trim()).toBe(stage.emulator.issuedTokens()[0])
})
