import { CaSyncError } from '../core/words/errors.ts'

/** @param about - what `--all` is about @throws CaSyncError USAGE */
export function refuseBoth(
  { all, project, source }: { readonly all: boolean; readonly project: unknown; readonly source: unknown },
  about: string,
  hint: string,
): void {
  if (!all || (project === undefined && source === undefined)) return
  throw new CaSyncError('USAGE', `--all is about ${about}: it goes neither with --project nor with --source.`, { hint })
}
