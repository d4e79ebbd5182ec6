import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(60_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ keyring: 'no-bus' })
})
afterAll(() => stage.close())

/** What a shell offers at a Tab after `ca-sync WORDS`, once it has read the script. */
const offers = {
  bash: (words: string) =>
    `source <(ca-sync completion); COMP_WORDS=(ca-sync ${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
     _ca-sync_yargs_completions; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words: string) =>
    `autoload -U compinit; compinit -u -D; eval "$(ca-sync completion)"
     _describe() { print -l -- $reply }; words=(ca-sync ${words}); CURRENT=$#words; $_comps[ca-sync]`,
  fish: (words: string) => `ca-sync completion | source; complete -C 'ca-sync ${words}'`,
}

const typed = async (shell: keyof typeof offers, words: string): Promise<string[]> => {
  const env = { ...stage.env, SHELL: `/bin/${shell}` }
  const { stdout, stderr } = await run(shell, ['-c', offers[shell](words)], { env, cwd: stage.project })
  expect(stderr).toBe('')
  return stdout
    .split('\n')
    .flatMap((line) => line.split(/[:\t]/)[0] ?? [])
    .filter((word) => word !== '')
}

test.each(['bash', 'zsh', 'fish'] as const)('%s completes commands, options and choices', async (shell) => {
  expect(await typed(shell, 'stat')).toContain('status')
  expect(await typed(shell, 'doctor --off')).toContain('--offline')
  expect(await typed(shell, 'schedule --using sys')).toContain('systemd')
  expect(await typed(shell, 'doctor --')).not.toContain('--C')
})

test('a word too much is an error', async () => {
  expect(await stage.caSync(['completion', 'zsh'])).toMatchObject({ code: 2, stdout: '' })
})
