// Needs zsh and fish.
import { execFileSync } from 'node:child_process'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { hookText } from '../../src/shell/hook.ts'
import { until } from '../helpers/until.ts'
import { type Lab, looks, openLab, standInRun, times } from './lab.ts'

jest.setTimeout(120_000)

const quiet = { printed: 'a', code: 0 }
const children = (pid: string): string =>
  execFileSync('sh', ['-c', `ps -o stat=,args= --ppid ${Number(pid)} || :`], { encoding: 'utf8' })

let lab: Lab
afterEach(() => lab.close())

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  beforeEach(async () => {
    lab = await openLab(shell)
  })

  test('fresh: it says nothing and starts nothing', async () => {
    await lab.put('next', `${times.future}\n`)
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('')
    expect(await terminal.enter('echo a')).toEqual(quiet)
    expect(await lab.runs()).toEqual([])
  })

  test('nothing was ever synced: it starts nothing', async () => {
    await rm(lab.state, { recursive: true })
    const terminal = await lab.open()
    expect(await terminal.enter('echo a')).toEqual(quiet)
    expect(await lab.runs()).toEqual([])
  })

  test('due: one run for several prompts, without a word, and it is no child of the shell', async () => {
    await lab.put('next', `${times.past}\n`)
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('')
    for (const _ of [1, 2, 3]) expect(await terminal.enter('echo a')).toEqual(quiet)
    expect((await terminal.enter('jobs')).printed.replace('jobs: There are no jobs', '')).toBe('')
    await lab.ended(1)
    const { printed } = await terminal.enter("sh -c 'echo $PPID'")
    expect(children(printed)).toBe('')
    expect(await lab.runs()).toEqual([standInRun])
  })

  test('the prompt does not wait for the run, and the run outlives the terminal', async () => {
    lab.env['WORK'] = 'long'
    await lab.put('next', `${times.past}\n`)
    const terminal = await lab.open()
    await until(async () => (await lab.runs()).length > 0)
    await terminal.hangUp()
    expect(await lab.endedRuns()).toBe(0)
    await lab.endWork()
    await lab.ended(1)
  })

  test('exit typed at once: no warning, and the run goes on', async () => {
    lab.env['WORK'] = 'long'
    await lab.put('next', `${times.past}\n`)
    const terminal = await lab.open()
    expect((await terminal.leave('exit')).replace(/^exit$/, '')).toBe('')
    expect(await lab.endedRuns()).toBe(0)
    await lab.endWork()
    await lab.ended(1)
  })

  test('a run that does not move `next` is not started at every look', async () => {
    await lab.put('next', `${times.past}\n`)
    const terminal = await lab.open()
    for (const _ of [1, 2]) await terminal.enter(looks[shell].again)
    await lab.put('next', `${times.past + 1}\n`)
    for (const _ of [1, 2]) await terminal.enter(looks[shell].again)
    await lab.ended(2)
    expect(await lab.runs()).toHaveLength(2)
    await terminal.enter(looks[shell].later)
    await lab.ended(3)
  })

  test('a notice is shown once, and the terminal obeys nothing in it', async () => {
    await lab.put('notice', 'n1 \u001b]0;title\u0007 \u001b[31mlog in é %s $(echo x) `echo x` \\n')
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('ca-sync:  ]0;title   [31mlog in é %s $(echo x) `echo x` \\n')
    expect((await terminal.enter(looks[shell].again)).printed).toBe('')
    await lab.put('notice', 'n3 l\u202eo\u2066g\u061c \u200bi\u2028n \u{e0041}\u009b2J [a] "b" \'c\' ^d` ~e|{f}\\g é\n')
    const plain = /^ca-sync: l o g {3}i n {2,3}2J \[a\] "b" 'c' \^d` ~e\|\{f\}\\g é$/
    expect((await terminal.enter(looks[shell].again)).printed).toMatch(plain)
    await lab.put('notice', 'n2 all is well again\n')
    expect(await terminal.enter('echo a')).toEqual(quiet)
    expect((await terminal.enter(looks[shell].again)).printed).toBe('ca-sync: all is well again')
    expect(await terminal.enter('echo a')).toEqual(quiet)
  })

  test('the exit code of the last command stays', async () => {
    await lab.put('notice', 'n1 text\n')
    await lab.put('next', `${times.past}\n`)
    const terminal = await lab.open()
    expect(await terminal.enter('false')).toMatchObject({ code: 1 })
    expect(await terminal.enter(`${looks[shell].later}; sh -c 'exit 7'`)).toMatchObject({ code: 7 })
  })

  test.each([
    ['bytes', Buffer.from([0, 255, 27, 91, 50, 74, 128, 10, 0, 57])],
    ['octal', '09\n'],
    ['code', 'a[$(id>&2)]\n'],
    ['a number that is too long', '99999999999999999999999\n'],
    ['nothing', ''],
  ])('garbage in `next` and `notice` (%s) is survived, and due', async (_, garbage) => {
    await lab.put('next', garbage)
    await lab.put('notice', garbage)
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('')
    expect(await terminal.enter('echo a')).toEqual(quiet)
    await lab.ended(1)
  })

  test('what is no file is not read', async () => {
    await mkdir(join(lab.state, 'next'))
    execFileSync('mkfifo', [join(lab.state, 'notice')])
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('')
    expect(await terminal.enter('echo a')).toEqual(quiet)
  })

  test('strict options of the user, no home, no variables', async () => {
    const before = {
      bash: 'set -u; set -o noclobber; set -f; IFS=0123456789; unset HOME XDG_STATE_HOME SECONDS',
      zsh: 'setopt ksh_arrays nounset noclobber sh_word_split warn_create_global; IFS=0123456789; unset HOME XDG_STATE_HOME',
      fish: 'set -e HOME; set -e XDG_STATE_HOME',
    }[shell]
    lab.env['CA_SYNC_STATE_DIR'] = join(lab.home, 'the state')
    await mkdir(join(lab.home, 'the state'))
    await writeFile(join(lab.home, 'the state/next'), `${times.past}\n`)
    await lab.writeRc(before)
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('')
    expect(await terminal.enter('echo a')).toEqual(quiet)
    await lab.ended(1)
    const without = {
      fish: 'set -e CA_SYNC_STATE_DIR',
      zsh: 'unset CA_SYNC_STATE_DIR',
      bash: 'unset CA_SYNC_STATE_DIR',
    }
    expect(await terminal.enter(without[shell])).toEqual({ printed: '', code: 0 })
    expect(await terminal.enter(looks[shell].later)).toEqual({ printed: '', code: 0 })
    expect(await lab.runs()).toHaveLength(1)
  })

  const set = (name: string, value: string) =>
    shell === 'fish' ? `set -gx ${name} ${value}` : `export ${name}=${value.replaceAll(' ', ':')}`

  test.each([
    ['XDG_STATE_HOME', '.local/state'],
    ['XDG_STATE_HOME', '.'],
    ['XDG_STATE_HOME', "'~/.local/state'"],
    ['CA_SYNC_STATE_DIR', 'state'],
    ['CA_SYNC_STATE_DIR', './state'],
    ['CA_SYNC_STATE_DIR', '.'],
    ['HOME', '.'],
    ['HOME', "''"],
    ['HOME', 'home'],
  ])('%s=%s makes no folder of a project the state', async (name, value) => {
    await lab.put('next', `${times.future}\n`)
    const project = join(lab.home, 'project')
    const states = [
      '.',
      '.local/state/ca-sync',
      'ca-sync',
      'state',
      '~/.local/state/ca-sync',
      'home/.local/state/ca-sync',
    ]
    for (const folder of states) {
      await mkdir(join(project, folder), { recursive: true })
      await writeFile(join(project, folder, 'next'), `${times.past}\n`)
      await writeFile(join(project, folder, 'notice'), 'n1 theirs\n')
    }
    const terminal = await lab.open()
    for (const line of [`cd '${project}'`, set(name, value), looks[shell].later])
      expect(await terminal.enter(line)).toEqual({ printed: '', code: 0 })
    expect(await lab.runs()).toEqual([])
    if (name === 'HOME') return
    await lab.put('notice', 'n2 mine\n')
    expect((await terminal.enter(looks[shell].later)).printed).toBe('ca-sync: mine')
  })

  test('a shell without a clock does not take the date of a project', async () => {
    await lab.put('next', `${times.future}\n`)
    await writeFile(join(lab.home, 'date'), '#!/bin/sh\necho theirs >&2\necho 9999999999999\n', { mode: 0o755 })
    const noClock = {
      bash: 'unset EPOCHSECONDS; printf() { [[ $1 != -v ]] && builtin printf "$@"; }',
      zsh: ':',
      fish: "set -g __ca_sync_clock ''",
    }[shell]
    const terminal = await lab.open()
    for (const line of [noClock, set('PATH', '. /usr/bin /bin'), looks[shell].later, looks[shell].later])
      expect(await terminal.enter(line)).toEqual({ printed: '', code: 0 })
    expect(await lab.runs()).toEqual([])
  })

  test('sourced twice: it looks once', async () => {
    await lab.put('next', `${times.past}\n`)
    await lab.put('notice', 'n1 text\n')
    const text = hookText(shell, lab.program)
    await lab.writeRc(text, text)
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('ca-sync: text')
    const rc = { bash: '. ~/.bashrc', zsh: '. ~/.zshrc', fish: 'source ~/.config/fish/conf.d/ca-sync.fish' }[shell]
    expect(await terminal.enter(rc)).toEqual({ printed: '', code: 0 })
    await terminal.enter(looks[shell].later)
    await lab.ended(2)
    expect(await lab.runs()).toHaveLength(2)
  })

  test('typed by hand, as eval of the printed text', async () => {
    await lab.put('next', `${times.past}\n`)
    await lab.writeRc('', '', '')
    await writeFile(join(lab.home, 'hook'), hookText(shell, lab.program))
    const terminal = await lab.open()
    const line = shell === 'fish' ? 'cat ~/hook | source' : 'eval "$(cat ~/hook)"'
    expect(await terminal.enter(line)).toEqual({ printed: '', code: 0 })
    await lab.ended(1)
  })

  test('CA_SYNC_NO_HOOK switches it off', async () => {
    await lab.put('next', `${times.past}\n`)
    await lab.put('notice', 'n1 text\n')
    lab.env['CA_SYNC_NO_HOOK'] = '1'
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('')
    expect(await terminal.enter('echo a')).toEqual(quiet)
    expect(await lab.runs()).toEqual([])
  })

  test('XDG_STATE_HOME is where the state is', async () => {
    lab.env['XDG_STATE_HOME'] = join(lab.home, 'other')
    await mkdir(join(lab.home, 'other/ca-sync'), { recursive: true })
    await writeFile(join(lab.home, 'other/ca-sync/notice'), 'n1 here')
    expect((await lab.open()).greeting).toBe('ca-sync: here')
  })

  test('Node has gone: it says so, once', async () => {
    await lab.put('next', `${times.past}\n`)
    await rm(lab.program.node)
    const terminal = await lab.open()
    expect(terminal.greeting).toMatch(/^ca-sync: Node or ca-sync has moved.*Type: ca-sync hook install$/)
    expect((await terminal.enter(looks[shell].again)).printed).toBe('')
  })

  test('a trace of its first look is left, where ca-sync has a state, or once it has one', async () => {
    const trace = join(lab.state, `hook-${shell}`)
    const terminal = await lab.open()
    await terminal.enter('true')
    expect((await stat(trace)).size).toBeLessThan(2)
    await rm(lab.state, { recursive: true })
    const second = await lab.open()
    await second.enter('true')
    await expect(stat(lab.state)).rejects.toMatchObject({ code: 'ENOENT' })
    await mkdir(lab.state)
    await second.enter(looks[shell].again)
    await second.enter('true')
    expect((await stat(trace)).size).toBeLessThan(2)
    await rm(trace)
    await second.enter(looks[shell].again)
    await second.enter('true')
    await expect(stat(trace)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('a script gets no hook', async () => {
    const known = shell === 'fish' ? 'functions -q __ca_sync_hook' : 'command -v __ca_sync_hook'
    const script = `${hookText(shell, lab.program)}\n${known} && echo defined; echo end`
    expect(execFileSync(shell, ['-c', script], { encoding: 'utf8', env: lab.env as NodeJS.ProcessEnv })).toBe('end\n')
  })
})

describe('PROMPT_COMMAND', () => {
  beforeEach(async () => {
    lab = await openLab('bash')
    await lab.put('next', `${times.past}\n`)
  })

  test.each([
    ['a string', "PROMPT_COMMAND='seen=$?'"],
    ['a string with a last semicolon', "PROMPT_COMMAND='seen=$?; '"],
    ['a string with a comment', "PROMPT_COMMAND='seen=$? # mine'"],
    ['an array', "PROMPT_COMMAND=('seen=$?' 'other=1')"],
  ])('%s: both run, the old one with the exit code', async (_, before) => {
    const text = hookText('bash', lab.program)
    await lab.writeRc(before, text)
    const terminal = await lab.open()
    await terminal.enter("sh -c 'exit 3'")
    expect(await terminal.enter('echo $seen')).toEqual({ printed: '3', code: 0 })
    expect(await terminal.enter('declare -p PROMPT_COMMAND | grep -o __ca_sync_hook | wc -l')).toMatchObject({
      printed: '1',
    })
    await lab.ended(1)
  })

  test.each([
    ['a string', `PROMPT_COMMAND='seen=\${PIPESTATUS[*]}'`, ''],
    ['an array', `PROMPT_COMMAND=('x=1' 'seen=\${PIPESTATUS[*]}')`, ''],
    ['one more after ours', "PROMPT_COMMAND='x=1'", `PROMPT_COMMAND+=('seen=\${PIPESTATUS[*]}')`],
    ['a string, put before ours later', '', `PROMPT_COMMAND="seen=\\\${PIPESTATUS[*]};$PROMPT_COMMAND"`],
  ])('%s: the others see PIPESTATUS', async (_, before, after) => {
    await lab.writeRc(before, after)
    const terminal = await lab.open()
    await terminal.enter('false | true | sh -c "exit 3"')
    expect(await terminal.enter('echo $seen')).toMatchObject({ printed: '1 0 3' })
    await lab.ended(1)
  })

  test('a read-only one stays, and so does the rest of the start-up file', async () => {
    await lab.writeRc("readonly PROMPT_COMMAND='seen=$?'", 'echo the rest')
    const terminal = await lab.open()
    expect(terminal.greeting).toBe('the rest')
    expect(await terminal.enter('echo $seen')).toEqual({ printed: '0', code: 0 })
  })
})
