import { expect, test } from '@jest/globals'
import type { Claim } from '../../../src/core/plan/conflicts.ts'
import { noNames } from '../../../src/core/ports/poetry-files.ts'
import { type Names, publishing } from '../../../src/core/verdict/publishing.ts'
import { record, state, target, urlOf } from '../facts.ts'

const dev = target('dev')
const [url, other] = [urlOf('dev'), urlOf('qa')]

interface Situation {
  /** `repositories.dev` in config.toml, and in the project's poetry.toml. */
  readonly config?: string
  readonly own?: string
  /** What we wrote to the one and the other. */
  readonly wrote?: readonly string[]
  readonly wroteOwn?: readonly string[]
  readonly claims?: readonly Claim[]
  readonly local?: true
  readonly frozen?: 'config' | 'project'
}

const claim = (repository: string, more: Partial<Claim> = {}): Claim => {
  const { name: _, identity: __, url: its, ...place } = record(repository)
  return { name: 'dev', project: '/other', url: its, repository: place, ...more }
}

function names({ config, own, wrote = [], wroteOwn, claims = [], local, frozen }: Situation): Names {
  const one = (found?: string) => new Map(found === undefined ? [] : [['dev', found]])
  return {
    names: { ...noNames, urls: one(config), localUrls: one(own) },
    homes: {
      config: { path: '/c/config.toml', isFrozen: frozen === 'config' },
      project: { path: '/own/poetry.toml', isFrozen: frozen === 'project' },
    },
    state: state({ names: { dev: wrote }, locals: wroteOwn ? { '/own/poetry.toml': { dev: wroteOwn } } : {} }),
    claims,
    isLocal: local,
    where: '',
  }
}

const free = [undefined, undefined] as const
const own = ['project', undefined] as const
const nowhere = (...words: string[]) => ['none', words] as const
const hand = nowhere(JSON.stringify(other), 'in your Poetry configuration', 'this project means', 'ca-sync --local')
const theirs = nowhere('564131876131/my-domain/us-east-1/qa in /other', 'us-east-1/dev', 'ca-sync --local')

test.each<[string, Situation, readonly ['project' | 'none' | undefined, readonly string[] | undefined]]>([
  ['nobody has it', {}, free],
  ['it is ours', { config: url, wrote: [url] }, free],
  ['a hand wrote just this', { config: url }, free],
  ['the same repository, without its slash', { config: url.slice(0, -1) }, free],
  ['the same repository, with simple', { config: `${url}simple` }, free],
  [
    'the same, under its other host',
    { config: 'https://my-domain-564131876131.codeartifact.us-east-1.on.aws/pypi/dev/' },
    free,
  ],
  ['a hand wrote another repository', { config: other }, hand],
  ['a hand wrote another server', { config: 'https://x.example/' }, nowhere('"https://x.example/"', '--local')],
  ['a hand wrote nonsense', { config: 'nonsense' }, nowhere('"nonsense"')],
  ['a hand wrote nothing', { config: '' }, nowhere('""')],
  ['we wrote another repository, and nobody claims it', { config: other, wrote: [other] }, free],
  ['another project was synced with it', { config: other, wrote: [other], claims: [claim('qa')] }, theirs],
  ['its line is gone, and it is still theirs', { wrote: [other], claims: [claim('qa')] }, theirs],
  [
    'it was theirs, and they mean ours by now',
    { config: other, wrote: [other], claims: [claim('dev', { url: other })] },
    free,
  ],
  ['they have another name', { config: other, wrote: [other], claims: [claim('qa', { name: 'qa' })] }, free],
  ['they have it in another case', { config: other, wrote: [other], claims: [claim('qa', { name: 'Dev' })] }, free],
  ['they are served without owning it', { config: url, wrote: [url], claims: [claim('qa')] }, free],
  [
    'they cannot be seen now',
    { config: other, wrote: [other], claims: [claim('qa', { isAway: true })] },
    nowhere('for good: ca-sync logout -C /other'),
  ],
  [
    'config.toml is read-only',
    { frozen: 'config' },
    nowhere('/c/config.toml is read-only', '[repositories.dev]', `url = "${url}"`, '--local'),
  ],
  ['config.toml is read-only, and has it', { frozen: 'config', config: url }, free],
  ['local: nobody has it', { local: true }, own],
  ['local: it is ours', { local: true, own: url, wroteOwn: [url] }, own],
  ['local: config.toml has another', { local: true, config: other, wrote: [other], claims: [claim('qa')] }, own],
  ['local: a hand wrote another to config.toml', { local: true, config: other }, own],
  ['local: we wrote another there', { local: true, own: other, wroteOwn: [other] }, own],
  ['local: a hand wrote another there', { local: true, own: other }, ['none', undefined]],
  [
    'local: poetry.toml is read-only',
    { local: true, frozen: 'project' },
    nowhere('/own/poetry.toml is read-only', `url = "${url}"`),
  ],
  ['local: only config.toml is read-only', { local: true, frozen: 'config' }, own],
])('%s', (_, situation, [home, words]) => {
  const { urlHome, obstacle } = publishing(dev, names(situation))
  expect(urlHome).toBe(home)
  if (words === undefined) expect(obstacle).toBeUndefined()
  for (const word of words ?? []) expect(`${obstacle?.message} ${obstacle?.hint}`).toContain(word)
})
