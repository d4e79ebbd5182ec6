import type { Host } from '../../core/ports/host.ts'
import { orElse } from '../../core/words/errors.ts'
import { markOf } from '../../files/places.ts'
import { giveBack, liveHolderOf, take, touch } from '../../state/holder.ts'

/** Shows to `status` that a watch goes on. Where that cannot be written, it goes on all the same. */
export function markWatching(host: Host): { beat(): void; end(): void } {
  const path = markOf('watch', host)
  // The folder may be read-only, or full.
  const attempt = (work: () => unknown): void => void orElse(work, undefined)
  return {
    beat: () =>
      attempt(() => {
        const holder = liveHolderOf(path)
        if (holder?.pid === host.pid) touch(path, host.pid)
        else if (holder === undefined) take(path, host.pid)
      }),
    end: () => attempt(() => giveBack(path, host.pid)),
  }
}
