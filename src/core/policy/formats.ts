import { domainKey } from '../repository/source.ts'
import type { PolicyFormat } from './choices.ts'
import type { Attachment, Policy } from './policy.ts'

interface Writer {
  /** @param title - what the policy is for, e.g. `my-domain-read` */
  identity(policy: Policy, title: string): string
  resources(attachments: readonly Attachment[]): string
}

const toJson = (value: unknown): string => JSON.stringify(value, null, 2)

type NamedAttachment = Attachment & { readonly name: string }

/** Gives each a name of its own: the one made for it or, where that is taken, with the first number that is free. */
function named(attachments: readonly Attachment[], nameFor: (one: Attachment) => string, joint: string) {
  const taken = new Set<string>()
  return attachments.map((one) => {
    const wanted = nameFor(one)
    let name = wanted
    for (let number = 2; taken.has(name); number++) name = `${wanted}${joint}${number}`
    taken.add(name)
    return { ...one, name }
  })
}

/** A JSON document is an expression of HCL, too; `terraform fmt` wants a blank before its colons. */
const toHcl = (value: unknown): string => toJson(value).replaceAll(/^( *"[^"]+"):/gm, '$1 :')

/** A resource of HCL, laid out as `terraform fmt` does. */
function block(type: string, name: string, texts: Record<string, string>, [key, policy]: [string, Policy]): string {
  const width = Math.max(...Object.keys(texts).map(({ length }) => length))
  const lines = Object.entries(texts).map(([text, value]) => `  ${text.padEnd(width)} = ${JSON.stringify(value)}`)
  const document = toHcl(policy).replaceAll('\n', '\n  ')
  return [`resource "${type}" "${name}" {`, ...lines, `  ${key} = jsonencode(${document})`, '}\n'].join('\n')
}

const resourceLabel = (...words: readonly string[]): string => words.join('_').replaceAll(/[^A-Za-z0-9_]/g, '_')

function permissions({ name, domain, owner, repository, policy }: NamedAttachment): string {
  const document: [string, Policy] = ['policy_document', policy]
  const texts = { domain, domain_owner: owner }
  return repository === undefined
    ? block('aws_codeartifact_domain_permissions_policy', name, texts, document)
    : block('aws_codeartifact_repository_permissions_policy', name, { ...texts, repository }, document)
}

const terraform: Writer = {
  identity: (policy, title) => block('aws_iam_policy', resourceLabel(title), {}, ['policy', policy]),
  resources(attachments) {
    const labelFor = ({ domain, repository }: Attachment) =>
      repository === undefined ? resourceLabel(domain) : resourceLabel(domain, repository)
    return named(attachments, labelFor, '_').map(permissions).join('\n')
  },
}

const logicalId = (...words: readonly string[]): string =>
  words
    .flatMap((word) => word.split(/[^A-Za-z0-9]+/))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

const template = (resources: object): string =>
  `${toJson({ AWSTemplateFormatVersion: '2010-09-09', Resources: resources })}\n`

/** The stack owns the domain or repository itself: nothing that it does may delete one. */
function ownedPolicy({ domain, owner, repository, policy }: NamedAttachment, domainId: string | undefined): object {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }
  const document = { PermissionsPolicyDocument: policy }
  if (repository === undefined)
    return { Type: 'AWS::CodeArtifact::Domain', ...kept, Properties: { DomainName: domain, ...document } }
  const names = { DomainName: domain, DomainOwner: owner, RepositoryName: repository }
  return { Type: 'AWS::CodeArtifact::Repository', DependsOn: domainId, ...kept, Properties: { ...names, ...document } }
}

const cloudformation: Writer = {
  identity: (policy, title) =>
    template({ [logicalId(title)]: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policy } } }),
  resources(attachments) {
    const idFor = ({ domain, repository }: Attachment) =>
      repository === undefined ? logicalId('domain', domain) : logicalId('repository', domain, repository)
    const all = named(attachments, idFor, '')
    const domainIds = new Map(all.flatMap((one) => (one.repository === undefined ? [[domainKey(one), one.name]] : [])))
    return template(Object.fromEntries(all.map((one) => [one.name, ownedPolicy(one, domainIds.get(domainKey(one)))])))
  },
}

export const writers: Readonly<Record<PolicyFormat, Writer>> = {
  json: {
    identity: (policy) => `${toJson(policy)}\n`,
    resources: (attachments) => `${toJson(Object.fromEntries(attachments.map(({ arn, policy }) => [arn, policy])))}\n`,
  },
  terraform,
  cloudformation,
}
