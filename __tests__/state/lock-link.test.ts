import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openMemoryStage } from '../scenarios/memory-stage.ts'
import { eachOn } from '../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)

test.each([[[]], [['logout']], [['sources', 'declare']], [['--all']]])(
  'a state folder that is a link to nowhere is told, without a name that nobody knows: %j',
  async (words) => {
    await mkdir(dirname(stage().state), { recursive: true })
    await symlink(join(stage().home, 'gone/state'), stage().state)
    const { code, stderr } = await stage().caSync(words)
    expect([code, stderr]).toEqual([
      3,
      `error: Cannot write ${join(stage().state, 'lock')}: it is not there, or its folder is a link that leads nowhere.\n  Make what the link leads to, or remove the link, then run ca-sync again.\n`,
    ])
  },
)
