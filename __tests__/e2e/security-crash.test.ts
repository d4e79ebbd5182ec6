import { type FileHandle, mkdir, open, readdir, readFile, readlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { afterEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { until } from '../helpers/until.ts'
import { filesHolding, pieces } from './files.ts'
import { whileMinting } from './keyring.ts'
import { running } from './processes.ts'
import { openStage, type Stage } from './stage.ts'

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
      // Stacks of threads are as good as empty, and take long.
      if (size === 0 || (size > 2 ** 22 && !line.endsWith('[heap]'))) continue
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
  const isIt = ({ line }: { line: string }) => line.includes(script) && !line.startsWith('/bin/sh')
  const look = async () => {
    const pid = (await running(stage.box)).find(isIt)?.pid
    return pid !== undefined && (await holds(pid, token).catch(() => false)) && pid
  }
  const pid = await until(look, { everyMs: 10 })
  const left = {
    limit: await limitOf(pid),
    filter: (await readFile(`/proc/${pid}/coredump_filter`, 'utf8')).trim(),
    folder: await readlink(`/proc/${pid}/cwd`),
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
      async (answer) => {
        stage.box.stopKeyring()
        answer()
        const issued = await until(() => stage.emulator.issuedTokens()[0], { everyMs: 10 })
        const [token = ''] = pieces(issued)
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
