import { rules } from '../project/fields.ts'
import type { Domain, Repository } from '../repository/source.ts'
import { CaSyncError } from '../words/errors.ts'
import { quote } from '../words/quote.ts'
import { type Access, accesses } from './choices.ts'

export interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

interface PolicyStatement {
  readonly Principal?: { readonly AWS: string }
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A repository and its partition of AWS, e.g. `aws-cn`. */
export interface InPartition extends Repository {
  readonly partition: string
}

export interface Attachment extends Domain {
  readonly arn: string
  readonly repository?: string
  readonly policy: Policy
}

interface Actions {
  readonly domain: readonly string[]
  /** On the packages in it, too. */
  readonly repository: readonly string[]
}

const lookAround = [
  'codeartifact:DescribeDomain',
  'codeartifact:GetAuthorizationToken',
  'codeartifact:ListRepositoriesInDomain',
]
const publish = [
  'codeartifact:GetRepositoryEndpoint',
  'codeartifact:PublishPackageVersion',
  'codeartifact:PutPackageMetadata',
]

/** For an identity of the owner's account, and together with `resourceActions` for one of another's. Who publishes has to log in, too. */
const identityActions: Record<Access, Actions> = {
  read: {
    domain: lookAround,
    repository: [
      'codeartifact:Describe*',
      'codeartifact:List*',
      'codeartifact:GetPackageVersionReadme',
      'codeartifact:GetRepositoryEndpoint',
      'codeartifact:ReadFromRepository',
    ],
  },
  write: { domain: ['codeartifact:GetAuthorizationToken'], repository: publish },
}

/** For another account. */
const resourceActions: Record<Access, Actions> = {
  read: {
    domain: lookAround,
    repository: [
      'codeartifact:DescribePackageVersion',
      'codeartifact:DescribeRepository',
      'codeartifact:Get*',
      'codeartifact:List*',
      'codeartifact:ReadFromRepository',
    ],
  },
  write: { domain: lookAround, repository: publish },
}

const covers = (pattern: string, action: string): boolean =>
  pattern !== action && pattern.endsWith('*') && action.startsWith(pattern.slice(0, -1))

/** The actions of all that is asked for, none said twice. */
function actionsOf(table: Record<Access, Actions>, asked: readonly Access[], on: keyof Actions): string[] {
  const all = [...new Set(inOrder(asked).flatMap((access) => table[access][on]))]
  return all.filter((action) => !all.some((other) => covers(other, action)))
}

export const inOrder = (asked: readonly Access[]): Access[] => accesses.filter((access) => asked.includes(access))

const arn = ({ partition, region, owner }: InPartition, resource: string): string =>
  `arn:${partition}:codeartifact:${region}:${owner}:${resource}`

const domainArn = (it: InPartition): string => arn(it, `domain/${it.domain}`)
const repositoryArn = (it: InPartition): string => arn(it, `repository/${it.domain}/${it.repository}`)
const withPackages = (it: InPartition): string[] => [
  repositoryArn(it),
  `${repositoryArn(it)}/*`,
  arn(it, `package/${it.domain}/${it.repository}/*`),
]

const policyDocument = (...statements: PolicyStatement[]): Policy => ({ Version: '2012-10-17', Statement: statements })

function allow(actions: readonly string[], arns: readonly string[]): PolicyStatement {
  const [first = '', ...others] = new Set(arns)
  return { Effect: 'Allow', Action: actions, Resource: others.length === 0 ? first : [first, ...others] }
}

/** CodeArtifact's tokens are bearer tokens of STS. */
const bearerTokens: PolicyStatement = {
  ...allow(['sts:GetServiceBearerToken'], ['*']),
  Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
}

export const identityPolicy = (repositories: readonly InPartition[], asked: readonly Access[]): Policy =>
  policyDocument(
    bearerTokens,
    allow(actionsOf(identityActions, asked, 'domain'), repositories.map(domainArn)),
    allow(actionsOf(identityActions, asked, 'repository'), repositories.flatMap(withPackages)),
  )

/** What lets another account in: one policy for each domain, then one for each repository, since none can have two. */
export function resourcePolicies(repositories: readonly InPartition[], asked: readonly Access[], principal: string) {
  const letIn = ({ partition }: InPartition, on: keyof Actions): Policy => {
    const AWS = `arn:${partition}:iam::${principal}:root`
    return policyDocument({ Principal: { AWS }, ...allow(actionsOf(resourceActions, asked, on), ['*']) })
  }
  const about = ({ domain, owner, region }: InPartition): Domain => ({ domain, owner, region })
  const domains = repositories.map((it) => ({ arn: domainArn(it), ...about(it), policy: letIn(it, 'domain') }))
  const others = repositories.map((it) => {
    const { repository } = it
    return { arn: repositoryArn(it), ...about(it), repository, policy: letIn(it, 'repository') }
  })
  return [...new Map([...domains, ...others].map((one) => [one.arn, one])).values()]
}

/** @throws CaSyncError USAGE */
export function checkPrincipal(account: string): void {
  if (rules.owner.pattern.test(account)) return
  throw new CaSyncError('USAGE', `--principal ${rules.owner.says}; it is ${quote(account)}.`, {
    hint: 'Give the number of the account alone, as in --principal 123456789012; its own people see it with: aws sts get-caller-identity',
  })
}
