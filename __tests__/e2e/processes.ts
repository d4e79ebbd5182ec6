import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Box } from '../../scripts/testbed/box.ts'

const ofTheBox = /^(?:\S*\/)?(?:dbus-daemon|gnome-keyring-daemon|sh .*session\.sh)\b/

interface Running {
  readonly pid: number
  readonly line: string
}

/** What runs with a box's home, but for its bus and keyring. */
export async function running({ home }: Box): Promise<Running[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      // A process may end while it is looked at.
      const [environment, command] = await Promise.all(
        ['environ', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      )
      if (!environment?.split('\0').includes(`HOME=${home}`) || !command) return []
      const line = command.replaceAll('\0', ' ').trim()
      return ofTheBox.test(line) || line.includes('session.sh') ? [] : [{ pid: Number(pid), line }]
    }),
  )
  return found.flat()
}

/** What is still running after a moment (at most 30 s) in which everything may end. */
export async function leftBehind(box: Box): Promise<string[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await running(box)).length === 0) return []
    await sleep(100)
  }
  return (await running(box)).map(({ line }) => line)
}

/** Kills what a box runs whose command line has a text in it; test files beside this one have the same programs. */
export async function killIn(box: Box, text: string): Promise<void> {
  for (const { pid, line } of await running(box))
    try {
      if (line.includes(text)) process.kill(pid, 'SIGKILL')
    } catch {
      // it has ended meanwhile
    }
}
