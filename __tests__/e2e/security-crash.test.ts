import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { afterEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { filesHolding, pieces } from './files.ts'
import { whileMinting } from './keyring.ts'
import { running } from './processes.ts'
import { openStage, type Stage } from './stage.ts'
import { until } from './until.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

/** With core dumps on. */
const withCores = (words: readonly string[], cwd: string) =>
  run('/bin/sh', ['-c', 'ulimit -c unlimited && exec "$@"', 'sh', ...words], { env: stage.env, cwd })

/** Whether a process has a text in its memory (proc(5): maps and mem). */
async function holds(pid: number, text: string): Promise<boolean> {
  const memory: FileHandle = await open(`/proc/${pid}/mem`)
  try {
    for (const line of (await readFile(`/proc/${pid}/maps`, 'latin1')).split('\n')) {
      const [, from = '0', to = '0'] = /^(\w+)-(\w+) rw/.exec(line) ?? []
      const [start, size] = [Number.parseInt(from, 16), Number.parseInt(to, 16) - Number.parseInt(from, 16)]
      if (size === 0 || size > 2 ** 28) continue
      const { buffer } = await memory
        .read(Buffer.alloc(size), 0, size, start)
        .catch(() => ({ buffer: Buffer.alloc(0) }))
      if (buffer.includes(text)) return true
    }
    return false
  } finally {
    await memory.close()
  }
}

const coresIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => /^core(?:\.\d+)?$/.test(name))

const limitOf = async (pid: number): Promise<string | undefined> =>
  /^Max core file size +(\d+ +\d+)/m.exec(await readFile(`/proc/${pid}/limits`, 'utf8'))?.[1]

/** Crashes a helper of the stage's run as soon as it has the token, and gives what it was allowed to leave. */
async function crash(script: string, signal: 'SIGSEGV' | 'SIGABRT', token: string) {
  let helper: number | undefined
  await until(async () => {
    helper = (await running(stage.box)).find(({ line }) => line.includes(script) && !line.startsWith('/bin/sh'))?.pid
    return helper !== undefined && (await holds(helper, token).catch(() => false))
  })
  const pid = helper as number
  const left = {
    limit: await limitOf(pid),
    filter: (await readFile(`/proc/${pid}/coredump_filter`, 'utf8')).trim(),
    folder: (await run('readlink', [`/proc/${pid}/cwd`], { env: process.env })).stdout.trim(),
  }
  process.kill(pid, signal)
  return left
}

test.each(['SIGSEGV', 'SIGABRT'] as const)(
  'a helper that crashes (%s) with the token in its memory leaves no core',
  async (signal) => {
    stage = await openStage()
    const pattern = (await readFile('/proc/sys/kernel/core_pattern', 'utf8')).trim()
    const folders = [
      '/',
      checkout('dist'),
      stage.project,
      stage.box.dir,
      ...(pattern.startsWith('/') ? [dirname(pattern)] : []),
    ]
    const cores = async () => (await Promise.all(folders.map(coresIn))).flat()
    const before = await cores()

    let left: unknown[] = []
    const ran = await whileMinting(
      stage,
      1,
      () => withCores([process.execPath, checkout('dist/main.cjs'), '--force'], stage.project),
      async () => {
        stage.box.stopKeyring()
        await until(() => stage.emulator.issuedTokens().length > 0)
        const [token = ''] = pieces(stage.emulator.issuedTokens()[0] ?? '')
        left = [await crash('vault.cjs', signal, token), await crash('ca_sync.', signal, token)]
        stage.box.continueKeyring()
      },
    )
    const nothing = { limit: expect.stringMatching(/^0 +0$/), filter: '00000000', folder: '/' }
    expect({ left, code: ran.code }).toEqual({ left: [nothing, nothing], code: 5 })
    expect(ran.stderr).toContain(signal)
    expect(await cores()).toEqual(before)
    const secrets = stage.emulator.issuedTokens().flatMap(pieces)
    expect([
      ...(await filesHolding(stage.box.dir, secrets)),
      ...(await filesHolding(checkout('dist'), secrets)),
    ]).toEqual([])

    // What would have been left: here a program that is not ours crashes in the same way.
    const folder = join(stage.box.dir, 'crash')
    await mkdir(folder)
    await withCores(['/bin/sh', '-c', 'kill -SEGV $$'], folder)
    expect(await coresIn(folder)).toHaveLength(/^core\b/.test(pattern) ? 1 : 0)
  },
)
