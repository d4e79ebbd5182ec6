import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { pick, type Random } from '../../random.ts'
import type { RunResult } from '../../testbed/run.ts'
import type { Bench } from '../bench.ts'
import { expectWell, must, secretsOf } from '../invariant.ts'
import type { Part, Try } from '../part.ts'
import { begin, childrenOf, visibleOf } from '../program.ts'
import { prepare, type Scene, scenes } from '../scenes.ts'

const count = 84

const victims = {
  group: (pid: number) => process.kill(-pid, 'SIGKILL'),
  process: (pid: number) => process.kill(pid, 'SIGKILL'),
  async child(pid: number, random: Random) {
    const children = await childrenOf(pid)
    if (children.length > 0) process.kill(pick(random, children), 'SIGKILL')
  },
}

/** The longest that a run takes that nobody disturbs, in milliseconds. */
const wholeMs = 1_000

async function kill(
  bench: Bench,
  words: readonly string[],
  victim: keyof typeof victims,
  random: Random,
): Promise<RunResult> {
  const { child, ended } = begin(bench, words)
  const pid = child.pid ?? 0
  await sleep(wholeMs * random())
  const visible = child.exitCode === null ? await visibleOf(pid) : ''
  must(!secretsOf(bench).some((secret) => visible.includes(secret)), `a secret can be seen in /proc: ${visible}`)
  try {
    if (child.exitCode === null) await victims[victim](pid, random)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  return ended
}

export const kills: Part = {
  name: 'kills',
  seconds: 110,
  stage: { emulator: { latencyMs: 40 } },
  tries: () =>
    Array.from({ length: count }, (_, index): Try => {
      const scene = scenes[index % scenes.length] as Scene
      const victim = (Object.keys(victims) as (keyof typeof victims)[])[index % 3] as keyof typeof victims
      return {
        name: `${scene.title}, ${victim} ${index}`,
        async run(bench, random) {
          await prepare(bench, scene)
          await expectWell(bench, [await kill(bench, scene.words, victim, random)])
        },
      }
    }),
}
