import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { defaults } from '../../scripts/emulator/options.ts'
import { openTerminal, type Terminal } from '../helpers/terminal.ts'
import { until } from '../helpers/until.ts'
import { prompts } from '../shell/lab.ts'
import { age } from './aging.ts'
import { keyless, writeProfiles } from './people.ts'
import { holdTokens, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
let terminal: Terminal | undefined
afterEach(async () => {
  await terminal?.hangUp()
  await stage.close()
})

const startupFile = { bash: '.bashrc', zsh: '.zshrc', fish: '.config/fish/config.fish' }

/** The epoch seconds that the hook reads. */
const next = async (): Promise<number> => Number(await stage.read(join(stage.state, 'next')))

test.each(['bash', 'zsh', 'fish'] as const)(
  'a login with %s, an expired token and a slow AWS: the prompt is there at once, and the token is renewed',
  async (shell) => {
    stage = await openStage()
    await writeProfiles(stage, { dev: defaults.users[0] as (typeof defaults.users)[0] })
    const env = { ...keyless(stage), SHELL: shell }
    const rc = join(stage.box.home, startupFile[shell])
    await mkdir(dirname(rc), { recursive: true })
    await mkdir(join(stage.box.home, '.local/share/fish/generated_completions'), { recursive: true })
    await writeFile(rc, prompts[shell])
    expect(await stage.caSync(['--profile', 'dev'], { env })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync(['hook', 'install'], { env })).toMatchObject({ code: 0 })
    await age(stage, 13)
    stage.emulator.expireTokens()
    await writeFile(join(stage.state, 'next'), '1000000000\n')

    const answer = holdTokens(stage)
    terminal = openTerminal([shell, '-i'], env, stage.box.home)
    expect((await terminal.start()).trim()).toBe('')
    expect(stage.emulator.issuedTokens()).toHaveLength(1)
    expect(await next()).toBe(1_000_000_000)
    answer()

    await until(async () => (await next()) > Date.now() / 1000)
    const token = stage.emulator.issuedTokens().at(-1)
    expect(stage.emulator.issuedTokens()).toHaveLength(2)
    const entries = (await stage.box.items()).filter(({ attributes }) => attributes['username'] === 'aws')
    expect(entries.map(({ secret }) => secret)).toEqual([token])
    expect(await terminal.enter('echo a')).toEqual({ printed: 'a', code: 0 })
    expect(await stage.caSync(['status'], { env })).toMatchObject({ code: 0 })
  },
)
