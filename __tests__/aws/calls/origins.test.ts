import { aws, byKeys, domain, emulator, environment, keys, tidy } from '../lab.ts'

afterEach(tidy)

const both = { publish: 'ALLOW', upstream: 'ALLOW' } as const
const repository = { ...domain, repository: 'dev' }
const domains = [
  {
    ...domain,
    repositories: [
      { name: 'dev', upstreams: ['shared'], origins: { open: both, theirs: { publish: 'BLOCK', upstream: 'ALLOW' } } },
      { name: 'shared', upstreams: ['store', 'dev'] },
      { name: 'store', externalConnections: ['public:pypi', 'public:npmjs'] },
      { name: 'alone', origins: { open: both } },
    ],
  },
] as const

async function opened(deny: readonly string[] = []) {
  const { env, addPackage, calls } = await emulator({
    users: [{ accessKeyId: keys.id, secretAccessKey: keys.secret, account: domain.owner, deny }],
    domains,
  })
  for (const name of ['open', 'shut', 'theirs']) addPackage({ ...repository, name, version: '1.0' })
  addPackage({ ...domain, repository: 'alone', name: 'open', version: '1.0' })
  environment(env)
  return calls
}

test('what is let into packages, and the public indexes that upstreams lead to, through all of them', async () => {
  await opened()
  expect(await aws().origins(repository, ['open', 'shut', 'theirs', 'gone'], byKeys)).toEqual([
    { name: 'open', publish: true, upstream: true, external: ['public:pypi'] },
    { name: 'shut', publish: true, upstream: false, external: [] },
    { name: 'theirs', publish: false, upstream: true, external: ['public:pypi'] },
  ])
  expect(await aws().origins({ ...domain, repository: 'alone' }, ['open'], byKeys)).toMatchObject([{ external: [] }])
})

test('upstreams are not asked about where none is let in', async () => {
  const calls = await opened(['codeartifact:DescribeRepository'])
  expect(await aws().origins(repository, ['shut'], byKeys)).toMatchObject([{ name: 'shut' }])
  expect(calls.map(({ operation }) => operation)).toEqual(['DescribePackage'])
})

test.each(['codeartifact:DescribePackage', 'codeartifact:DescribeRepository'])(
  'without %s it is refused',
  async (action) => {
    await opened([action])
    await expect(aws().origins(repository, ['open'], byKeys)).rejects.toMatchObject({ code: 'AWS_ACCESS_DENIED' })
  },
)
