// Needs Windows or wine.
import { win32 } from 'node:path'
import { expect } from '@jest/globals'
import { sharing } from './sharing.ts'
import { openWindowsStage } from './stage.ts'

const test = sharing(() => openWindowsStage())

test('the hook for Git Bash goes into its start-up file, knows the paths of Windows, and leaves what was there', async (stage) => {
  const file = win32.join(stage.machine.home, '.bashrc')
  const before = await stage.read(file).catch(() => '')
  const mine = `${before}alias ll='ls -l'\r\n`
  await stage.write(file, mine)
  expect(await stage.caSync(['hook', 'install', 'bash', '--wrap'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`bash: wrote the hook into ${file}`),
  })
  const text = await stage.read(file)
  expect(text).toContain(mine)
  const ours = text.slice(mine.length)
  expect(ours).not.toContain('\r')
  for (const path of [stage.machine.node, win32.join(stage.machine.checkout, 'dist', 'main.cjs')])
    expect(ours).toContain(`'${path}'`)
  expect(ours).toContain('function poetry {')
  expect(await stage.caSync(['hook', 'uninstall', 'bash'])).toMatchObject({ code: 0 })
  expect(await stage.read(file)).toBe(mine)
})

test('completion for Git Bash is in the state folder, and goes again', async (stage) => {
  const script = win32.join(stage.state, 'completion.bash')
  expect(await stage.caSync(['completion', 'install', 'bash'])).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.read(script)).toContain('ca-sync')
  expect(await stage.caSync(['completion', 'uninstall', 'bash'])).toMatchObject({ code: 0, stderr: '' })
  await expect(stage.read(script)).rejects.toThrow('ENOENT')
})

test('the task that would be installed runs this Node and this program', async (stage) => {
  const { code, stdout } = await stage.caSync(['schedule', 'install', '--print'])
  expect(code).toBe(0)
  for (const path of [stage.machine.node, win32.join(stage.machine.checkout, 'dist', 'main.cjs')])
    expect(stdout).toContain(path)
})
