import { type Asked, type Rule, whose } from './failure.ts'

const principalArn = /\barn:[\w-]+:(?:iam|sts)::\d{12}:(?:(?:user|assumed-role|role|federated-user)\/[\w+=,.@/-]+|root)/

/** A permission is missing: who, which, and where, as far as the text of AWS tells. */
export const denied: Rule = (failure, asked) => {
  const action = failure.message.match(/\b(?:sts|codeartifact|sso|signin|iam):[A-Z]\w+/)?.[0]
  const [by = '', on = ''] = failure.message.split('on resource:')
  const subject = by.match(principalArn)?.[0] ?? `The identity of ${whose(asked)}`
  if (/sts:DurationSeconds/i.test(failure.message))
    return [
      'AWS_ACCESS_DENIED',
      `${subject} may not get a token of this length (sts:DurationSeconds in a policy)`,
      'Ask for the length that the policy allows, as in --duration 1h',
    ]
  const explicit = /explicit deny/i.test(failure.message) ? ' (a policy denies it)' : ''
  const message = `${subject} is not allowed ${action ?? 'to do this'}${target(action, asked, on.match(principalArn)?.[0])}${explicit}`
  return ['AWS_ACCESS_DENIED', message, permission(action, asked)]
}

function target(action: string | undefined, { identity, domain, repository }: Asked, resource: string | undefined) {
  const role = resource ?? identity.roleArn
  if (action === 'sts:AssumeRole') return role === undefined ? '' : ` of ${role}`
  if (domain === undefined || action === 'sts:GetServiceBearerToken') return ''
  return repository === undefined
    ? ` on domain ${domain.domain} of ${domain.owner}`
    : ` on repository ${repository} of ${domain.domain}`
}

const askForPolicy = 'ca-sync policy --access read prints the policy to ask for'

function permission(action: string | undefined, { identity }: Asked): string {
  if (action === 'sts:GetServiceBearerToken')
    return `Ask your AWS administrator to allow sts:GetServiceBearerToken on * for codeartifact.amazonaws.com: ${askForPolicy}; where a policy limits sts:DurationSeconds, try --duration 1h`
  if (action === 'sts:AssumeRole')
    return `Ask your AWS administrator to let you assume ${identity.roleArn ?? 'the role'}: its trust policy and your own policy must both allow it`
  if (action?.startsWith('codeartifact:'))
    return `Ask your AWS administrator to allow ${action}: ${askForPolicy}; in another account's domain, its domain policy must allow it too`
  return 'Ask your AWS administrator for the permission, or use another --profile or --role-arn'
}
