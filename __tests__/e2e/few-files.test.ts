import process from 'node:process'
import { afterEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(300_000)

let stage: Stage
afterEach(() => stage?.close())

/** Fewer than Node itself needs, up to enough. */
const limits = Array.from({ length: 20 }, (_, at) => 16 + at)

test.each([[['sync', '--force']], [['exec', '--', 'true']]])(
  'where few files may be opened, %j ends with words, and ends nobody else of its process group',
  async (words) => {
    stage = await openStage()
    for (const most of limits) {
      const script = 'ulimit -n "$1"; shift; "$@"; echo "ended with $?"'
      const command = ['sh', '-c', script, 'sh', `${most}`, process.execPath, checkout('dist/main.cjs'), ...words]
      const { stdout, stderr } = await run('setsid', command, { env: stage.env, cwd: stage.project })
      expect([most, stdout]).toEqual([most, expect.stringMatching(/ended with \d+\n$/)])
      if (!stdout.endsWith('ended with 0\n')) expect([most, stderr]).not.toEqual([most, ''])
    }
  },
)
