// Needs wine.
import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { openWindows } from '../../scripts/windows/machine.ts'
import { Unheard } from '../../scripts/windows/talk.ts'
import { server } from '../../scripts/windows/wine.ts'

const isWine = process.platform !== 'win32'

// Windows itself has no such server.
if (!isWine) test.todo('wine')
else
  test("when wine's server crashes, whoever waits is told at once, and nothing is left", async () => {
    const machine = await openWindows()
    const prefix = dirname(machine.local('C:\\'))
    const program = { env: machine.env, cwd: machine.home, timeoutMs: 240_000 }
    const running = machine.run({ ...program, words: [machine.python, '-c', 'import time; time.sleep(200)'] })
    running.catch(() => undefined)
    const first = await machine.run({ ...program, words: [machine.python, '-c', 'print(1)'] })
    expect(first).toEqual({ code: 0, stdout: '1\n', stderr: '' })
    // With the variables that it was started with: it is looked for in TMPDIR, too.
    const { PATH, HOME } = process.env
    await promisify(execFile)(server, ['--kill=9'], { env: { PATH, HOME, WINEPREFIX: prefix } })
    await expect(running).rejects.toThrow(Unheard)
    await machine.close()
    await expect(access(prefix)).rejects.toThrow('ENOENT')
  }, 240_000)
