// Needs zsh and fish.
import { readdirSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, jest, test } from '@jest/globals'
import { until } from '../helpers/terminal.ts'
import { type Lab, openLab, times } from './lab.ts'

jest.setTimeout(60_000)

/** Node, which obeys a HUP however it was started; as ca-sync it stops then, and says so. */
const worker = `
const { appendFileSync } = require('node:fs')
const say = (text) => appendFileSync(process.env.RECORD, text + '\\n')
process.on('SIGHUP', () => { say('hung up'); process.exit(129) })
say('start ' + process.argv.slice(2).join(' ') + '|' + process.cwd())
setTimeout(() => say('end'), Number(process.env.WORK) * 1000)
`

let lab: Lab
afterEach(() => lab.close())

/** PATH as on macOS, which has no setsid. */
async function withoutSetsid(): Promise<string> {
  const bin = join(lab.home, 'bin')
  await mkdir(bin)
  for (const name of readdirSync('/usr/bin'))
    if (name !== 'setsid') await symlink(join('/usr/bin', name), join(bin, name)).catch(() => undefined)
  return bin
}

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  beforeEach(async () => {
    lab = await openLab(shell)
    await rm(lab.program.node)
    await symlink(process.execPath, lab.program.node)
    await writeFile(lab.program.program, worker)
    await lab.put('next', `${times.past}\n`)
    lab.env['WORK'] = '1'
    lab.env['PATH'] = await withoutSetsid()
  })

  test.each([
    ['the terminal is closed', '', 'hang up'],
    ['exit is typed', '', 'exit'],
    ['the shell sends a HUP to its jobs', { bash: 'shopt -s huponexit', zsh: 'setopt hup', fish: '' }[shell], 'exit'],
    ['the shell has no job control', shell === 'fish' ? 'status job-control none' : 'set +m', 'hang up'],
  ])('where there is no setsid, a run goes on to its end when %s', async (_, before, way) => {
    await lab.writeRc(before)
    const terminal = await lab.open()
    await until('the start', async () => (await lab.runs()).length > 0 || undefined)
    if (way === 'exit') await terminal.leave('exit')
    else await terminal.hangUp()
    await lab.ended(1)
  })

  test('nor is it a child of the shell, or one of its jobs', async () => {
    const terminal = await lab.open()
    expect((await terminal.enter('jobs')).printed.replace('jobs: There are no jobs', '')).toBe('')
    await lab.ended(1)
    expect(await lab.runs()).toEqual(['start --all --unattended --quiet|/'])
  })
})
