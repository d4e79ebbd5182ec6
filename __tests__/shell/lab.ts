import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import type { Programs } from '../../src/core/ports/schedule.ts'
import type { Shell } from '../../src/core/ports/shell.ts'
import { hookText } from '../../src/shell/hook.ts'
import { openTerminal, type Terminal } from '../helpers/terminal.ts'
import { until } from '../helpers/until.ts'

type TestedShell = Exclude<Shell, 'powershell'>

const past = 1_000_000_000
const future = 9_999_999_999
export const times = { past, future }

/** The prompt that terminal.ts waits for. */
export const prompts: Record<TestedShell, string> = {
  bash: "PS1='@@$?@@ '; PS2=; unset HISTFILE\nbind 'set enable-bracketed-paste off' 2>/dev/null\n",
  zsh: "setopt no_prompt_sp; unset zle_bracketed_paste; PS1='@@%?@@ '\n",
  fish: "function fish_prompt; printf '@@%s@@ ' $status; end\nfunction fish_greeting; end\n",
}

/** Makes a shell look again at its next prompt, as 30 s later; `later` also ends the time in which it starts no second run. */
export const looks: Record<TestedShell, { again: string; later: string }> = {
  bash: { again: '__ca_sync_wait=0', later: '__ca_sync_hold=0 __ca_sync_wait=0' },
  zsh: { again: '__ca_sync_wait=0', later: '__ca_sync_hold=0 __ca_sync_wait=0' },
  fish: { again: 'set __ca_sync_wait 0', later: 'set __ca_sync_hold 0; set __ca_sync_wait 0' },
}

/** It stands for node: notes how it was started, and the end of its work. */
const standIn = `#!/bin/sh
tty=no; for fd in 0 1 2; do [ -t $fd ] && tty=yes; done
read -r line && tty=input
printf 'start %s|%s|%s\\n' "$*" "$PWD" "$tty" >>"$RECORD"
[ -z "\${WORK-}" ] || while [ -e "$RECORD" ] && ! [ -e "$RECORD.over" ]; do sleep 0.05; done
echo end >>"$RECORD"
`

/** How it is started: these words, in a folder that is always there, without a terminal or input. */
export const standInRun = 'start PROGRAM --all --unattended --quiet|/|no'

/** A home with a state folder, a shell's start-up file with the hook, and a stand-in for Node whose path needs quoting. */
export interface Lab {
  readonly home: string
  readonly state: string
  readonly env: Record<string, string | undefined>
  readonly program: Programs
  /** Puts the hook, between lines of the user's own, where the shell reads it at start. */
  writeRc(before?: string, after?: string, hook?: string): Promise<void>
  put(file: 'next' | 'notice', text: string | Uint8Array): Promise<void>
  /** Opens the shell on a terminal, and waits for its first prompt; `greeting` is what stood before it. */
  open(): Promise<Terminal & { greeting: string }>
  /** How the stand-in was started so far; `PROGRAM` stands for the program's path. */
  runs(): Promise<string[]>
  endedRuns(): Promise<number>
  /** Lets runs end that are started with WORK set; they last until then. */
  endWork(): Promise<void>
  /** Waits until that many runs have ended. */
  ended(count: number): Promise<void>
  close(): Promise<void>
}

export async function openLab(shell: TestedShell): Promise<Lab> {
  const home = await mkdtemp(join(tmpdir(), 'ca-sync-hook-'))
  const state = join(home, '.local/state/ca-sync')
  const odd = join(home, `it's an "odd" $HOME \\folder é`)
  const program = { node: join(odd, 'node'), program: join(odd, 'main.cjs') }
  const record = join(home, 'record')
  const rc = { bash: '.bashrc', zsh: '.zshrc', fish: '.config/fish/conf.d/ca-sync.fish' }[shell]
  // Without the last one, the first fish makes completions out of all manual pages.
  const fish = ['.config/fish/conf.d', '.local/share/fish/generated_completions'].map((folder) => join(home, folder))
  await Promise.all([state, odd, ...fish].map((folder) => mkdir(folder, { recursive: true })))
  await Promise.all([writeFile(program.node, standIn), writeFile(program.program, ''), writeFile(record, '')])
  await chmod(program.node, 0o755)
  const env: Lab['env'] = { ...cleanEnv(process.env, home, process.execPath), RECORD: record }
  const lines = async () => (await readFile(record, 'utf8')).split('\n')
  const terminals: Terminal[] = []
  const lab: Lab = {
    home,
    state,
    env,
    program,
    writeRc: (before = '', after = '', hook = hookText(shell, program)) =>
      writeFile(join(home, rc), [prompts[shell], before, hook, after, ''].join('\n')),
    put: (file, text) => writeFile(join(state, file), text),
    open: async () => {
      const command = { bash: ['bash', '-i'], zsh: ['zsh', '-i'], fish: ['fish', '-i'] }[shell]
      const terminal = openTerminal(command, env, home)
      terminals.push(terminal)
      return { ...terminal, greeting: (await terminal.start()).trim() }
    },
    runs: async () =>
      (await lines())
        .filter((line) => line.startsWith('start'))
        .map((line) => line.replace(program.program, 'PROGRAM')),
    endWork: () => writeFile(`${record}.over`, ''),
    endedRuns: async () => (await lines()).filter((line) => line === 'end').length,
    ended: async (count) => {
      await until(async () => (await lab.endedRuns()) >= count)
    },
    close: async () => {
      await Promise.all(terminals.map((terminal) => terminal.hangUp()))
      await rm(home, { recursive: true, force: true })
    },
  }
  await lab.writeRc()
  return lab
}
