import { type FileCall, nameOf } from '../faults.ts'
import { expectWell, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'
import { count, ends, type Staged, strikeAt, writing } from '../scenes.ts'

const triesOf = (staged: Staged): Try[] =>
  staged.calls
    .filter(({ kind }) => kind !== 'read')
    .flatMap((call) => [
      killing(staged, call, 'kill'),
      ...(call.kind === 'write' ? [killing(staged, call, 'half')] : []),
    ])

const killing = (staged: Staged, call: FileCall, how: 'kill' | 'half'): Try => ({
  name: `${staged.scene.title}, ${how === 'kill' ? 'before' : 'half of'} ${nameOf(call)}`,
  async run(bench) {
    const said = await strikeAt(bench, staged, { at: call.at, how })
    must(said.signal === 'SIGKILL', `it was not killed: ${said.stdout}${said.stderr}`)
    await expectWell(bench, [said])
  },
})

/** Killed before each call of every write: what is on the disk between two calls is what a kill at any moment leaves. */
export const calls: Part = {
  name: 'calls',
  seconds: 150,
  async tries(random, bench, few) {
    const tries: Try[] = []
    for (const scene of few ? ends : writing) tries.push(...triesOf(await count(bench, scene, random)))
    return tries
  },
}
