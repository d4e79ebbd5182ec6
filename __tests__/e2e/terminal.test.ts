import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { until } from '../helpers/until.ts'
import { minted } from './keyring.ts'
import { left, onTerminal } from './on-terminal.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

const ready = /^(?:[✓v] )?dev {3}ready {2}.*\n(?:[✓v] )?qa {4}ready {2}.*\n(?:[✓v] )?prod {2}ready {2}.*\n$/
const escapeCharacter = '\u001b'

describe('on a terminal', () => {
  test('what is going on is said in one line, which is gone at the end', async () => {
    stage = await openStage()
    const { code, text } = await onTerminal(stage, ['ca-sync'])
    expect(code).toBe(0)
    expect(text).toMatch(/Asking AWS and Poetry….*Asking AWS for a token….*Storing the token in your keyring…/s)
    expect(left(text)).toMatch(ready)
    expect(left(text)).not.toContain(escapeCharacter)
  })

  test('it is gone before an error, too', async () => {
    stage = await openStage({ keyring: 'locked' })
    const { code, text } = await onTerminal(stage, ['ca-sync'])
    expect(code).toBe(5)
    expect(text).toContain('Your desktop asks you to unlock the keyring; waiting for you…')
    expect(left(text)).toMatch(/^error: Your keyring is locked, .*\n {2}.*\n( {4}.*\n)*$/)
  })

  test('JSON on stdout is nothing but JSON', async () => {
    stage = await openStage()
    const { code, text } = await onTerminal(stage, ['sh', '-c', 'ca-sync --json >document'])
    expect({ code, text: left(text) }).toEqual({ code: 0, text: '' })
    expect(JSON.parse(await readFile(join(stage.project, 'document'), 'utf8'))).toMatchObject({ error: null })
  })

  test.each([
    ['--quiet', ['ca-sync', '--quiet'], {}, /^$/],
    ['a terminal that cannot wipe a line', ['ca-sync'], { TERM: 'dumb' }, ready],
  ])('nothing of it with %s', async (_, command, env, expected) => {
    stage = await openStage()
    expect(await onTerminal(stage, command, { env })).toEqual({ code: 0, text: expect.stringMatching(expected) })
  })

  test('Ctrl-C leaves the next line to the shell', async () => {
    stage = await openStage()
    await holdLock()
    const { code, text } = await onTerminal(stage, ['ca-sync'], { interruptAt: 'waiting for it' })
    expect(code).toBe(130)
    expect(text).toMatch(/is at work; waiting for it….*\n$/)
  })
})

test('elsewhere there is no control character', async () => {
  stage = await openStage()
  const results = await Promise.all([
    stage.caSync([]),
    stage.caSync(['status']),
    stage.caSync(['--help']),
    stage.caSync(['-x']),
  ])
  expect(results.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(escapeCharacter)
})

describe('while another run is at work', () => {
  test('one by hand waits for it, and says so', async () => {
    stage = await openStage()
    const holder = await holdLock()
    const waiting = onTerminal(stage, ['ca-sync'])
    await until(() => stage.read(join(stage.state, 'lock.wanted')).catch(() => ''))
    holder.kill()
    const { code, text } = await waiting
    expect(code).toBe(0)
    expect(text).toContain(`Another ca-sync (process ${holder.pid}) is at work; waiting for it…`)
    expect(left(text)).toMatch(ready)
  })

  test('one unattended leaves the work to it', async () => {
    stage = await openStage()
    await holdLock()
    expect(await stage.caSync(['--unattended'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
    expect(minted(stage)).toBe(0)
    expect(await stage.caSync(['status'])).toMatchObject({ code: 6 })
  })
})

/** A process that holds the lock until it is ended, at the latest with the stage. */
async function holdLock() {
  const holder = spawn('sleep', ['600'])
  running.push(holder)
  const stat = await readFile(`/proc/${holder.pid}/stat`, 'utf8')
  await mkdir(stage.state, { recursive: true })
  await writeFile(join(stage.state, 'lock'), `${holder.pid} ${stat.split(' ')[21]}`)
  return holder
}

const running: ReturnType<typeof spawn>[] = []
afterEach(() => {
  for (const each of running.splice(0)) each.kill()
})
