import { aws, byKeys, domain, emulator, environment, keys, refusal, tidy } from '../lab.ts'

afterEach(tidy)

const other = (name: string) => ({ domain: name, owner: domain.owner, region: domain.region, repositories: ['dev'] })
const check = {
  repository: 'Check the repository name in pyproject.toml.',
  domain: 'Check domain, owner and region in pyproject.toml.',
}
const all = 'The domain has: dev, prod, qa, shared.'

test.each([
  ['dve', `Did you mean dev? ${all}\n${check.repository}`],
  ['nothing-like-it', `${all}\n${check.repository}`],
])('a repository that does not exist: %s', async (repository, hint) => {
  environment((await emulator()).env)
  expect(await refusal(aws().endpoint({ ...domain, repository }, byKeys))).toMatchObject({
    code: 'AWS_REPOSITORY_UNKNOWN',
    message: `Repository ${repository} does not exist in domain my-domain of account 564131876131 in us-east-1.`,
    hint,
  })
})

test('a domain that does not exist, told by the token and by the endpoint', async () => {
  const { env } = await emulator({
    domains: [other('my-domain'), other('tools'), { ...other('far'), region: 'eu-west-1' }],
  })
  environment(env)
  const wrong = { ...domain, domain: 'my-domian' }
  const hint = `Did you mean my-domain? The account has in us-east-1: my-domain, tools.\n${check.domain}`
  expect(await refusal(aws().token(wrong, byKeys, undefined))).toMatchObject({ code: 'AWS_DOMAIN_UNKNOWN', hint })
  expect(await refusal(aws().endpoint({ ...wrong, repository: 'dev' }, byKeys))).toMatchObject({ hint })
})

test('very many are cut', async () => {
  const repositories = Array.from({ length: 30 }, (_, at) => `r${at}`)
  environment((await emulator({ domains: [{ ...other('my-domain'), repositories }] })).env)
  const { hint } = await refusal(aws().endpoint({ ...domain, repository: 'x-y-z' }, byKeys))
  expect(hint).toMatch(/^The domain has: r0(?:, r\d+){9}, and 20 more\.\n/)
})

test.each(['codeartifact:ListRepositoriesInDomain', 'codeartifact:ListDomains'])(
  'who may not look (%s) is told the same',
  async (action) => {
    const arn = `arn:aws:iam::${domain.owner}:user/developer`
    const user = { accessKeyId: keys.id, secretAccessKey: keys.secret, account: domain.owner, arn, deny: [action] }
    environment((await emulator({ users: [user] })).env)
    const isDomain = action.endsWith('Domains')
    const asked = isDomain ? { ...domain, domain: 'my-domian', repository: 'dev' } : { ...domain, repository: 'dve' }
    expect(await refusal(aws().endpoint(asked, byKeys))).toMatchObject({
      code: isDomain ? 'AWS_DOMAIN_UNKNOWN' : 'AWS_REPOSITORY_UNKNOWN',
      hint: isDomain ? check.domain : check.repository,
    })
  },
)

test('a list that does not come is not waited for', async () => {
  const { env, faults } = await emulator()
  environment(env)
  faults.set('ListRepositoriesInDomain', { kind: 'hang' })
  expect(await refusal(aws().endpoint({ ...domain, repository: 'dve' }, byKeys))).toMatchObject({
    hint: check.repository,
  })
})
