import { pick } from '../../random.ts'
import { type FileCall, nameOf } from '../faults.ts'
import { expectWell, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'
import { count, ends, type Staged, strikeAt } from '../scenes.ts'

/** What the system may say to each kind of call: man pages of open, write, fsync, rename, link, unlink, mkdir, fchmod, close. */
const codes: Readonly<Record<string, readonly string[]>> = {
  read: ['EIO', 'EACCES', 'EMFILE'],
  create: ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE'],
  write: ['ENOSPC', 'EIO'],
  fsync: ['ENOSPC', 'EIO'],
  close: ['ENOSPC', 'EIO'],
  rename: ['ENOSPC', 'EIO', 'EROFS', 'EACCES'],
  link: ['ENOSPC', 'EIO', 'EROFS', 'EACCES'],
  mkdir: ['ENOSPC', 'EIO', 'EROFS', 'EACCES'],
  unlink: ['EIO', 'EROFS', 'EACCES'],
  chmod: ['EIO', 'EROFS'],
  chown: ['EIO', 'EROFS'],
}

const failing = (staged: Staged, call: FileCall, how: string, lasting: boolean): Try => ({
  name: `${staged.scene.title}, ${how} ${lasting ? 'from' : 'at'} ${nameOf(call)}`,
  async run(bench) {
    const said = await strikeAt(bench, staged, { at: call.at, how, lasting })
    const told = said.code === 0 || (said.code !== 1 && /^error: /m.test(said.stderr))
    must(told, `it ended with ${said.code ?? said.signal}: ${said.stdout}${said.stderr}`)
    await expectWell(bench, [said])
  },
})

/** A call fails, and all later ones too in half of the tries, as on a disk that stays full. */
export const errors: Part = {
  name: 'errors',
  seconds: 130,
  async tries(random, bench) {
    const tries: Try[] = []
    for (const scene of ends) {
      const staged = await count(bench, scene, random)
      const failure = (call: FileCall) =>
        failing(staged, call, pick(random, codes[call.kind] ?? ['EIO']), random() < 0.5)
      tries.push(...staged.calls.map(failure))
    }
    return tries
  },
}
