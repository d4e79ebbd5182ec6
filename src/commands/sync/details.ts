import type { Target } from '../../core/plan/target.ts'
import { describeIdentity } from '../../core/repository/identity.ts'
import { formatSpan } from '../../core/words/duration.ts'
import { grouped } from '../../core/words/group.ts'
import type { Detail } from '../report.ts'
import type { Gathered } from './gather.ts'
import type { Applied } from './remember.ts'

/** A line for each text, with the names of the targets that it holds for. */
const byText = (targets: readonly Target[], text: (target: Target) => string): string[] =>
  grouped(targets, text).map(([line, its]) => `${line} (${its.map(({ name }) => name).join(', ')})`)

/** Where a token went that was handed over. */
const wentTo = ({ store, services, file = '' }: Target, backend: string): string => {
  if (store === 'plaintext') return `in plain text, in ${file}`
  return store === 'exec'
    ? "ca-sync's own keyring item, for ca-sync exec"
    : `${backend}, ${services.join(' and ')}, user aws`
}

/** What `--verbose` tells of a run: as whom AWS was asked, with which Poetry, what was renewed, and where it went. */
export function detailsOf(gathered: Gathered, { state, done, written, failed }: Applied, now: number) {
  const { planned, failures, program, configDir, version, backend } = gathered
  const targets = planned.map(({ target }) => target)
  const having = (steps: readonly string[]) =>
    targets.filter(({ name }) => done.get(name)?.some((step) => steps.includes(step)))
  const [renewed, given] = [having(['token']), having(['handover', 'plaintext', 'vault'])]
  const isGood = renewed.length + failures.length + failed.size === 0
  const life = ({ tokenKey }: Target) => formatSpan((Date.parse(state.tokens[tokenKey]?.expiresAt ?? '') - now) / 1000)
  const keyring =
    backend === undefined
      ? "Poetry's keyring"
      : `Poetry's keyring (${backend.replace(/^keyring\.backends\.|\.Keyring$/g, '')})`
  return [
    ...byText(targets, ({ identity }) => describeIdentity(identity)).map((text): Detail => ['AWS', text]),
    ['Poetry', program.poetry === '' ? 'none is needed' : `${version ?? 'of unknown version'}, ${program.poetry}`],
    ['settings', configDir],
    ...(isGood ? [['renewed', 'nothing: the tokens are good for a while'] as const] : []),
    ...byText(renewed, (one) => `token of ${one.domain} of ${one.owner} (${one.region}), for ${life(one)}`).map(
      (text): Detail => ['renewed', text],
    ),
    ...byText(given, (one) => wentTo(one, keyring)).map((text): Detail => ['kept in', text]),
    ...written.map((file): Detail => ['wrote', file]),
  ] satisfies Detail[]
}
