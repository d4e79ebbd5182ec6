import type { State } from '../../../src/core/memory/state.ts'
import { emptyState } from '../../../src/core/memory/state-shape.ts'
import { textStamp } from '../../../src/core/memory/text-stamp.ts'
import { type Handed, handoverRequest, sourceRecord } from '../../../src/core/plan/kept.ts'
import { claim, confirm, settle } from '../../../src/core/plan/ledger.ts'
import { type Actual, type PlannedSource, plan } from '../../../src/core/plan/plan.ts'
import { assignServices, type TokenPlace } from '../../../src/core/plan/stores.ts'
import { hidingUrls, lookUpUrls, type Target, tokenKey } from '../../../src/core/plan/target.ts'
import type { Identity } from '../../../src/core/repository/identity.ts'
import { fc } from '../../helpers/property.ts'
import { as, project } from '../facts.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const reader = 'python backend'
const authFile = '/c/auth.toml'

/** Everything outside the plan that a run looks at or changes. */
interface World {
  state: State
  readonly keyring: Map<string, string>
  readonly urls: Map<string, string>
  readonly usernames: Map<string, string>
  readonly passwords: Map<string, string>
  minted: number
}

type Draft = Omit<Target, 'services' | 'store'>

const host = (domain: string) => `${domain}-111111111111.d.codeartifact.us-east-1.amazonaws.com`

function draft(name: string, domain: string, repository: string, identity: Identity): Draft {
  const it = { domain, owner: '111111111111', region: 'us-east-1', repository }
  const url = `https://${host(domain)}/pypi/${repository}/`
  const source = { ...it, name, origin: 'plugin' } as const
  const key = tokenKey(it, identity)
  return { ...it, name, identity, source, url, tokenKey: key, apiStamp: '', refreshBefore: { percent: 50 } }
}

/** Who syncs a repository, in whatever project: Poetry takes one token for it. */
type People = Readonly<Record<string, string>>
const people: fc.Arbitrary<People> = fc.record({
  ...{ 'd1/a': fc.constantFrom('alice', 'bob'), 'd1/b': fc.constantFrom('alice', 'bob') },
  ...{ 'd2/a': fc.constantFrom('alice', 'bob'), 'd2/b': fc.constantFrom('alice', 'bob') },
})

type Sources = (who: People) => {
  readonly folder: string
  readonly drafts: readonly Draft[]
  readonly place: TokenPlace
}

const projects = (folder: string, names: readonly string[]): fc.Arbitrary<Sources> =>
  fc
    .record({
      place: fc.constantFrom<TokenPlace>({}, {}, { share: 'url' }, { store: 'plaintext', file: authFile }),
      repositories: fc.array(fc.constantFrom('d1/a', 'd1/b', 'd2/a', 'd2/b'), { minLength: 3, maxLength: 3 }),
    })
    .map(({ place, repositories }) => (who) => {
      const drafts = names.map((name, index) => {
        const key = repositories[index] ?? 'd1/a'
        const [domain = '', repository = ''] = key.split('/')
        return draft(name, domain, repository, as(who[key] ?? ''))
      })
      return { folder, drafts, place }
    })

const actualOf = ({ state, urls, usernames, passwords }: World, more: Partial<Actual> = {}): Actual => ({
  ...{ state, reader, now, keysStamp: undefined, force: false, renewed: new Set(), authTouched: false },
  names: { urls, usernames, passwords },
  ...more,
})

const planOf = (
  world: World,
  { folder, drafts, place }: ReturnType<Sources>,
  more: Partial<Actual> = {},
): PlannedSource[] => plan(assignServices(drafts, world.state, folder, place), actualOf(world, more))

function tokensFor(world: World, planned: readonly PlannedSource[]): Handed[] {
  const groups = new Map<string, Target[]>()
  for (const { target, steps } of planned)
    if (steps.includes(target.file === undefined ? 'handover' : 'plaintext'))
      groups.set(target.tokenKey, [...(groups.get(target.tokenKey) ?? []), target])
  return [...groups].map(([key, [first, ...others]]) => {
    const renews = planned.some(({ target, steps }) => target.tokenKey === key && steps.includes('token'))
    const known = renews ? undefined : world.state.tokens[key]
    world.minted += known ? 0 : 1
    const issuedAt = known?.issuedAt ?? new Date(now + world.minted).toISOString()
    const token = { secret: `${key} ${issuedAt}`, issuedAt, expiresAt: new Date(now + 43_200_000).toISOString() }
    return { tokenKey: key, targets: [first as Target, ...others], token }
  })
}

/** What a run does, and each thing that it wrote. */
function run(world: World, sources: ReturnType<Sources>, more: Partial<Actual> = {}): void {
  const planned = planOf(world, sources, more)
  const handed = tokensFor(world, planned)
  const working = planned.filter(({ steps }) => steps.length > 0)
  world.state = claim(world.state, working, handed, { keysStamp: undefined, random: 0.5 })
  const inKeyring = handed.filter(({ targets }) => targets[0].file === undefined)
  const { remove, write } = handoverRequest(inKeyring)
  for (const { service } of remove) world.keyring.delete(service)
  for (const { service, password } of write) world.keyring.set(service, password)
  world.state = confirm(
    world.state,
    inKeyring.flatMap(({ targets }) => targets),
    reader,
  )
  for (const { target, steps } of planned) {
    if (steps.includes('url')) world.urls.set(target.name, target.url)
    if (steps.includes('username')) world.usernames.set(target.name, 'aws')
    if (!steps.includes('plaintext')) continue
    const value = handed.find(({ tokenKey }) => tokenKey === target.tokenKey)?.token.secret
    if (target.file === undefined || value === undefined) world.passwords.delete(target.name)
    else world.passwords.set(target.name, textStamp(value))
  }
  world.state = settle(
    world.state,
    planned.map(({ target }) => target),
  )
  const record = {
    ...project(...planned.map(({ target }) => sourceRecord(target, undefined))),
    ...(sources.place.store === 'plaintext' && { store: 'plaintext' as const }),
    ...(sources.place.share !== undefined && { share: 'url' as const }),
  }
  world.state = { ...world.state, projects: { ...world.state.projects, [sources.folder]: record } }
}

const first = projects('/one', ['dev', 'qa', 'prod'])
const second = projects('/two', ['lib', 'more'])

const ours = fc.constantFrom('dev', 'qa', 'lib')
const settings = (...values: string[]) => fc.array(fc.tuple(ours, fc.constantFrom(...values)), { maxLength: 3 })

/** A world in which somebody was before: what is there may be anybody's. */
const worlds: fc.Arbitrary<() => World> = fc
  .record({
    urls: settings('https://other.example/', 'x'),
    usernames: settings('aws', 'me'),
    passwords: settings('stale', 'other'),
    before: fc.array(fc.tuple(fc.oneof(first, second), people, fc.boolean()), { maxLength: 3 }),
  })
  .map(({ urls, usernames, passwords, before }) => () => {
    const world: World = {
      ...{ state: emptyState, keyring: new Map(), minted: 0 },
      ...{ urls: new Map(urls), usernames: new Map(usernames), passwords: new Map(passwords) },
    }
    for (const [sources, who, force] of before) run(world, sources(who), { force })
    return world
  })

const isDone = (planned: readonly PlannedSource[]): boolean => planned.every(({ steps }) => steps.length === 0)

/** What Poetry would log in to a source with: by URL, then by host. */
const found = ({ keyring }: World, { url }: Pick<Target, 'url'>): (string | undefined)[] =>
  lookUpUrls(url).map((asked) => keyring.get(asked) ?? keyring.get(new URL(asked).host))

function expectServed(world: World, { folder, drafts, place }: ReturnType<Sources>): void {
  for (const target of assignServices(drafts, world.state, folder, place)) {
    expect(world.urls.get(target.name)).toBe(target.url)
    expect(world.usernames.get(target.name)).toBe('aws')
    const token = `${target.tokenKey} ${world.state.tokens[target.tokenKey]?.issuedAt}`
    if (target.file === undefined) {
      expect(found(world, target)).toEqual([token, token, token])
      expect(world.passwords.has(target.name)).toBe(false)
      expect(hidingUrls(target).filter((url) => world.keyring.has(url))).toEqual([])
    } else expect(world.passwords.get(target.name)).toBe(textStamp(token))
  }
}

test('a plan that was carried out leaves nothing to do, and Poetry finds the token of each source', () => {
  fc.assert(
    fc.property(worlds, first, people, fc.boolean(), (make, project, who, force) => {
      const [world, sources] = [make(), project(who)]
      run(world, sources, { force })
      expectServed(world, sources)
      const minted = world.minted
      expect(planOf(world, sources).flatMap(({ steps }) => steps)).toEqual([])
      run(world, sources)
      expect(world.minted).toBe(minted)
      expectServed(world, sources)
    }),
  )
})

test('two projects on the same hosts come to rest: neither undoes what the other needs', () => {
  fc.assert(
    fc.property(worlds, first, second, people, (make, project, other, who) => {
      const [world, one, two] = [make(), project(who), other(who)]
      for (const sources of [one, two, one, two]) run(world, sources)
      expect(isDone(planOf(world, one))).toBe(true)
      expect(isDone(planOf(world, two))).toBe(true)
      expectServed(world, one)
      expectServed(world, two)
    }),
  )
})

test('a run that is killed anywhere is finished by the next', () => {
  fc.assert(
    fc.property(worlds, first, people, fc.nat(6), (make, project, who, written) => {
      const [world, sources] = [make(), project(who)]
      const planned = planOf(world, sources)
      const handed = tokensFor(world, planned)
      // The claim is there; of the rest only so much was done.
      world.state = claim(
        world.state,
        planned.filter(({ steps }) => steps.length > 0),
        handed,
        { keysStamp: undefined, random: 0 },
      )
      const inKeyring = handed.filter(({ targets }) => targets[0].file === undefined)
      for (const { service, password } of handoverRequest(inKeyring).write.slice(0, written))
        world.keyring.set(service, password)
      for (const { target } of planned.slice(0, Math.max(0, written - 3))) world.usernames.set(target.name, 'aws')
      run(world, sources)
      expectServed(world, sources)
      expect(isDone(planOf(world, sources))).toBe(true)
      for (const service of world.keyring.keys()) expect(Object.keys(world.state.entries)).toContain(service)
    }),
  )
})
