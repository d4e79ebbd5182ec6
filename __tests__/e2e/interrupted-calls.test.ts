import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { callsOf, runWithFault } from '../../scripts/attack/faults.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

test('a temporary file that cannot be removed stops nothing, and the next run removes it', async () => {
  await stage.caSync([])
  await stage.caSync(['logout', '--all'])
  const calls = await callsOf(stage, [])
  const removing = calls.filter(({ kind, file }) => kind === 'unlink' && file.endsWith('(new)'))
  expect(removing.length).toBeGreaterThan(3)
  for (const { at } of removing) {
    expect(await stage.caSync(['logout', '--all'])).toMatchObject({ code: 0 })
    expect(await runWithFault(stage, [], { at, how: 'EIO' })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync(['--force'])).toMatchObject({ code: 0, stderr: '' })
    expect([await readdir(stage.state), await readdir(stage.config)]).toEqual([
      ['next', 'state.json'],
      ['auth.toml', 'config.toml'],
    ])
  }
})

const kinds: Readonly<Record<string, string>> = {
  openat: 'create',
  pwrite64: 'write',
  fchmod: 'chmod',
  utimensat: 'chmod',
  fchown: 'chown',
  unlinkat: 'unlink',
  linkat: 'link',
  renameat2: 'rename',
}

/** The system calls of ca-sync itself that change something below its home, as `kind file`. */
async function changesOf({ box, env, project }: Stage): Promise<readonly string[]> {
  const changing =
    'openat,write,pwrite64,fsync,fdatasync,fchmod,chmod,utimensat,fchown,ftruncate,rename,renameat2,link,linkat,unlink,unlinkat,mkdir,symlink'
  const file = join(box.dir, 'trace')
  const options = ['-ff', '-y', '-s', '0', '-e', `trace=${changing}`, '-e', 'signal=none', '-o', file]
  const program = [process.execPath, checkout('dist/main.cjs')]
  expect(await run('strace', [...options, ...program], { env, cwd: project })).toMatchObject({ code: 0 })
  const traces = (await readdir(box.dir)).filter((name) => name.startsWith('trace.'))
  const texts = await Promise.all(traces.map((name) => stage.read(join(box.dir, name))))
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.includes(box.home))
  return lines.flatMap((line) => {
    const [, call = '', words = ''] = /^(\w+)\((.*)\) += [^-]/.exec(line) ?? []
    if (call === '' || (call === 'openat' && !/O_(?:WRONLY|RDWR|CREAT)/.test(words))) return []
    const path = [...words.matchAll(/[<"](\/[^">]*)/g)].map(([, one]) => one).at(-1) ?? ''
    return path.startsWith(box.home) ? [`${kinds[call] ?? call} ${named(path)}`] : []
  })
}

const named = (path: string): string => basename(path).replace(/\.ca-sync-.*/, ' (new)')

test('fault.cjs counts every call that changes something, as the system sees them', async () => {
  const counted = new Set((await callsOf(stage, [])).map(({ kind, file }) => `${kind} ${file}`))
  await stage.caSync(['logout', '--all'])
  const made = await changesOf(stage)
  expect(made.length).toBeGreaterThan(20)
  expect(made.filter((change) => !counted.has(change))).toEqual([])
})
