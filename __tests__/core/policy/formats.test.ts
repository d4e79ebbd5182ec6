import { expect, test } from '@jest/globals'
import { writers } from '../../../src/core/policy/formats.ts'
import { type InPartition, identityPolicy, resourcePolicies } from '../../../src/core/policy/policy.ts'

const at = (domain: string, repository: string, region = 'us-east-1'): InPartition => ({
  partition: 'aws',
  owner: '564131876131',
  region,
  domain,
  repository,
})
const attached = (...repositories: readonly InPartition[]) => resourcePolicies(repositories, ['read'], '111122223333')

/** Names as they come out, domains first. */
const labels = (text: string) => [...text.matchAll(/^resource "[a-z_]+" "([^"]+)" \{$/gm)].map(([, label]) => label)
const ids = (text: string) => Object.keys(JSON.parse(text).Resources)

test.each<[string, readonly InPartition[], readonly string[], readonly string[]]>([
  [
    'names with what neither may have',
    [at('my-domain', 'Dev.x_y')],
    ['my_domain', 'my_domain_Dev_x_y'],
    ['DomainMyDomain', 'RepositoryMyDomainDevXY'],
  ],
  [
    'names that come out the same',
    [at('d1', 'a.b'), at('d1', 'a-b'), at('d1', 'a_b')],
    ['d1', 'd1_a_b', 'd1_a_b_2', 'd1_a_b_3'],
    ['DomainD1', 'RepositoryD1AB', 'RepositoryD1AB2', 'RepositoryD1AB3'],
  ],
  [
    'a name that comes out as a numbered one',
    [at('d1', 'a-2'), at('d1', 'a.2'), at('d1', 'a-2-2')],
    ['d1', 'd1_a_2', 'd1_a_2_2', 'd1_a_2_2_2'],
    ['DomainD1', 'RepositoryD1A2', 'RepositoryD1A22', 'RepositoryD1A222'],
  ],
  [
    'domains of one name in two regions',
    [at('d1', 'dev'), at('d1', 'dev', 'eu-west-1')],
    ['d1', 'd1_2', 'd1_dev', 'd1_dev_2'],
    ['DomainD1', 'DomainD12', 'RepositoryD1Dev', 'RepositoryD1Dev2'],
  ],
])('%s', (_, repositories, terraform, cloudformation) => {
  expect(labels(writers.terraform.resources(attached(...repositories)))).toEqual(terraform)
  expect(ids(writers.cloudformation.resources(attached(...repositories)))).toEqual(cloudformation)
})

test('a repository comes after its own domain, and both stay when the stack goes', () => {
  const [first, second] = [at('d1', 'dev'), at('d1', 'dev', 'eu-west-1')]
  const { Resources } = JSON.parse(writers.cloudformation.resources(attached(first, second)))
  expect(Resources).toMatchObject({
    DomainD1: { Type: 'AWS::CodeArtifact::Domain', Properties: { DomainName: 'd1' } },
    RepositoryD1Dev: {
      Type: 'AWS::CodeArtifact::Repository',
      DependsOn: 'DomainD1',
      Properties: { DomainName: 'd1', DomainOwner: '564131876131', RepositoryName: 'dev' },
    },
    RepositoryD1Dev2: { DependsOn: 'DomainD12' },
  })
  for (const resource of Object.values(Resources))
    expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
})

test('the policy of an identity goes by what it is for', () => {
  const policy = identityPolicy([at('my-domain', 'dev')], ['read'])
  expect(labels(writers.terraform.identity(policy, 'my-domain-read'))).toEqual(['my_domain_read'])
  expect(JSON.parse(writers.cloudformation.identity(policy, 'my-domain-read')).Resources).toEqual({
    MyDomainRead: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policy } },
  })
})
