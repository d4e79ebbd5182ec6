import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { checkout } from '../../../scripts/testbed/checkout.ts'
import type { Access } from '../../../src/core/policy/choices.ts'
import {
  checkPrincipal,
  type InPartition,
  identityPolicy,
  type Policy,
  resourcePolicies,
} from '../../../src/core/policy/policy.ts'
import { partitionOf } from '../../../src/core/repository/region.ts'

const dev: InPartition = {
  partition: 'aws',
  domain: 'my-domain',
  owner: '345125489763',
  region: 'us-east-1',
  repository: 'my-repo',
}
const qa = { ...dev, repository: 'qa' }
const other = { ...dev, domain: 'other' }

const at = 'arn:aws:codeartifact:us-east-1:345125489763'
const bearer = {
  Effect: 'Allow',
  Action: ['sts:GetServiceBearerToken'],
  Resource: '*',
  Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
}
const inDomain = [
  'codeartifact:DescribeDomain',
  'codeartifact:GetAuthorizationToken',
  'codeartifact:ListRepositoriesInDomain',
]
const reading = [
  'codeartifact:Describe*',
  'codeartifact:List*',
  'codeartifact:GetPackageVersionReadme',
  'codeartifact:GetRepositoryEndpoint',
  'codeartifact:ReadFromRepository',
]
const readingFromOutside = [
  'codeartifact:DescribePackageVersion',
  'codeartifact:DescribeRepository',
  'codeartifact:Get*',
  'codeartifact:List*',
  'codeartifact:ReadFromRepository',
]
const publishing = [
  'codeartifact:GetRepositoryEndpoint',
  'codeartifact:PublishPackageVersion',
  'codeartifact:PutPackageMetadata',
]
const putting = publishing.slice(1)
const allow = (Action: readonly string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource })
const documentOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })

describe('for an identity', () => {
  test.each<[readonly Access[], readonly string[], readonly string[]]>([
    [['read'], inDomain, reading],
    [['write'], ['codeartifact:GetAuthorizationToken'], publishing],
    [['read', 'write'], inDomain, [...reading, ...putting]],
    [['write', 'read', 'write'], inDomain, [...reading, ...putting]],
  ])('%j', (asked, onDomain, onRepository) => {
    expect(identityPolicy([dev], asked)).toEqual(
      documentOf(
        bearer,
        allow(onDomain, `${at}:domain/my-domain`),
        allow(onRepository, [
          `${at}:repository/my-domain/my-repo`,
          `${at}:repository/my-domain/my-repo/*`,
          `${at}:package/my-domain/my-repo/*`,
        ]),
      ),
    )
  })

  const resources = (repositories: readonly InPartition[]) =>
    identityPolicy(repositories, ['read'])
      .Statement.slice(1)
      .map(({ Resource }) => Resource)
  const forms = (repository: string) => [
    `${at}:repository/${repository}`,
    `${at}:repository/${repository}/*`,
    `${at}:package/${repository}/*`,
  ]

  test.each<[string, readonly InPartition[], readonly unknown[]]>([
    ['one repository under two names', [dev, dev], [`${at}:domain/my-domain`, forms('my-domain/my-repo')]],
    [
      'two repositories of a domain, in their order',
      [qa, dev],
      [`${at}:domain/my-domain`, [...forms('my-domain/qa'), ...forms('my-domain/my-repo')]],
    ],
    [
      'two domains, one of them twice',
      [dev, other, qa],
      [
        [`${at}:domain/my-domain`, `${at}:domain/other`],
        [...forms('my-domain/my-repo'), ...forms('other/my-repo'), ...forms('my-domain/qa')],
      ],
    ],
  ])('%s', (_, repositories, expected) => {
    expect(resources(repositories)).toEqual(expected)
  })
})

describe('for another account', () => {
  const letIn = (actions: readonly string[]) =>
    documentOf({ Principal: { AWS: 'arn:aws:iam::111122223333:root' }, ...allow(actions, '*') })

  test.each<[readonly Access[], readonly string[]]>([
    [['read'], readingFromOutside],
    [['write'], publishing],
    // Get* has GetRepositoryEndpoint in it.
    [
      ['read', 'write'],
      [...readingFromOutside, ...putting],
    ],
  ])('%j', (asked, onRepository) => {
    expect(resourcePolicies([dev], asked, '111122223333')).toEqual([
      {
        arn: `${at}:domain/my-domain`,
        domain: 'my-domain',
        owner: '345125489763',
        region: 'us-east-1',
        policy: letIn(inDomain),
      },
      {
        arn: `${at}:repository/my-domain/my-repo`,
        domain: 'my-domain',
        owner: '345125489763',
        region: 'us-east-1',
        repository: 'my-repo',
        policy: letIn(onRepository),
      },
    ])
  })

  test('one for each domain and repository, however often it is named', () => {
    expect(resourcePolicies([dev, other, qa, dev], ['read'], '111122223333').map(({ arn }) => arn)).toEqual([
      `${at}:domain/my-domain`,
      `${at}:domain/other`,
      `${at}:repository/my-domain/my-repo`,
      `${at}:repository/other/my-repo`,
      `${at}:repository/my-domain/qa`,
    ])
  })
})

test.each([
  ['us-east-1', 'aws'],
  ['ap-southeast-9', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
])('the ARNs of %s are of %s', (region, partition) => {
  const placed = { ...dev, region, partition: partitionOf(region)?.id ?? 'none' }
  const [, domain] = identityPolicy([placed], ['read']).Statement
  expect(domain?.Resource).toBe(`arn:${partition}:codeartifact:${region}:345125489763:domain/my-domain`)
  const [attached] = resourcePolicies([placed], ['read'], '111122223333')
  expect(attached?.policy.Statement[0]?.Principal?.AWS).toBe(`arn:${partition}:iam::111122223333:root`)
})

describe('what is needed is there', () => {
  const grants = ({ Statement }: Policy, action: string): boolean =>
    Statement.flatMap(({ Action }) => Action).some((one) =>
      one.endsWith('*') ? action.startsWith(one.slice(0, -1)) : action === one,
    )
  const called = [
    ...readFileSync(checkout('src/aws/calls/codeartifact.ts'), 'utf8').matchAll(/new (\w+)Command\(/g),
  ].map(([, operation]) => `codeartifact:${operation}`)

  test('every operation of CodeArtifact that the program calls', () => {
    expect(new Set(called)).toEqual(
      new Set(['codeartifact:GetAuthorizationToken', 'codeartifact:GetRepositoryEndpoint']),
    )
  })

  test.each<readonly Access[]>([['read'], ['write'], ['read', 'write']])('for %s %s', (...asked) => {
    const identity = identityPolicy([dev], asked)
    const [domain, repository] = resourcePolicies([dev], asked, '111122223333')
    const outside = documentOf(...(domain?.policy.Statement ?? []), ...(repository?.policy.Statement ?? [])) as Policy
    const needed = [...called, ...(asked.includes('read') ? ['codeartifact:ListRepositoriesInDomain'] : [])]
    expect(needed.filter((action) => !grants(identity, action) || !grants(outside, action))).toEqual([])
    expect(grants(identity, 'sts:GetServiceBearerToken')).toBe(true)
  })

  test.each([
    ['read', ['codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata']],
    ['write', ['codeartifact:ReadFromRepository', 'codeartifact:GetPackageVersionReadme']],
    ['read', ['codeartifact:DeletePackageVersions', 'codeartifact:CreateRepository', 'sts:AssumeRole']],
  ] as const)('%s is no more than that: not %j', (access, actions) => {
    const attached = resourcePolicies([dev], [access], '111122223333').map((one) => one.policy)
    const policies = [identityPolicy([dev], [access]), ...attached]
    const granted = actions.filter((action) => policies.some((policy) => grants(policy, action)))
    expect(granted).toEqual([])
  })
})

test.each(['', 'dev', '12345678901', '1234567890123', ' 123456789012', 'arn:aws:iam::123456789012:root', '*'])(
  'refuses the principal %j',
  (account) => {
    expect(() => checkPrincipal(account)).toThrow(
      `--principal must be an AWS account of 12 digits; it is ${JSON.stringify(account)}.`,
    )
  },
)

test('an account that starts with zeros is one', () => {
  expect(() => checkPrincipal('000000000012')).not.toThrow()
})
