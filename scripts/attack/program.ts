import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { checkout } from '../testbed/checkout.ts'
import type { RunResult } from '../testbed/run.ts'
import type { Bench } from './bench.ts'

/** A run of ca-sync that can be killed. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<RunResult>
}

/** Starts ca-sync in a process group of its own. */
export function begin({ env, project }: Bench, words: readonly string[]): Running {
  const child = spawn(process.execPath, [checkout('dist/main.cjs'), ...words], { env, cwd: project, detached: true })
  child.stdin.end()
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }),
  )
  return { child, ended }
}

/** The processes of a group that are not its first. */
export async function childrenOf(group: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const inGroup = await Promise.all(pids.map(async (pid) => (await groupOf(pid)) === group && pid !== group))
  return pids.filter((_, index) => inGroup[index])
}

/** proc(5): the fields after the name in parentheses are state, parent and group. */
async function groupOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
}

/** Command lines of all processes of a group, and the environments of those that are not its first. */
export async function visibleOf(group: number): Promise<string> {
  const children = await childrenOf(group)
  const files = [group, ...children].map((pid) => `/proc/${pid}/cmdline`)
  const environments = children.map((pid) => `/proc/${pid}/environ`)
  const found = await Promise.all([...files, ...environments].map((file) => readFile(file, 'latin1').catch(() => '')))
  return found.join('\n')
}
