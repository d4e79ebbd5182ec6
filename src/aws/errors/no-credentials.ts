import { profileHolder, profilesHint, unreadableFiles } from '../profiles.ts'
import { type Asked, type AwsFailure, profileOption, type Rule, signInHint, whose } from './failure.ts'
import { runItself } from './unreachable.ts'

/** Nobody is signed in: SSO answers so, or its token on disk is missing or over. */
export const signedOut: Rule = ({ message }, asked) => [
  'AWS_SSO_EXPIRED',
  /is invalid/.test(message)
    ? `You are not signed in to AWS SSO for ${whose(asked)}`
    : `The AWS SSO session of ${whose(asked)} has expired`,
  signInHint(asked),
]

/** Credentials were looked for and there are none; the texts are those of the SDK's providers (3.1124.0). */
export const noCredentials: Rule = (failure, asked) => {
  if (/run '?aws sso login/.test(failure.message)) return signedOut(failure, asked)
  if (profileHolder(asked.profile, asked.files.profiles, 'login_session') !== undefined)
    return ['AWS_CREDENTIALS_EXPIRED', `The AWS sign-in of ${whose(asked)} has expired`, signInHint(asked)]
  const process = profileHolder(asked.profile, asked.files.profiles, 'credential_process')
  if (process !== undefined)
    return [
      'AWS_NO_CREDENTIALS',
      `The credential_process of AWS profile "${process}" ${failed(failure)}`,
      runItself(process),
    ]
  const giver = profileHolder(asked.profile, asked.files.profiles, 'credential_source')
  if (giver !== undefined)
    return [
      'AWS_NO_CREDENTIALS',
      `The credential_source of AWS profile "${giver}" gave no credentials`,
      'Environment needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; EcsContainer a container, and Ec2InstanceMetadata an instance of AWS with a role (and no AWS_EC2_METADATA_DISABLED). Elsewhere, use another --profile NAME',
    ]
  if (asked.identity.base.kind === 'default') return nowhere(failure, asked)
  return [
    'AWS_NO_CREDENTIALS',
    `No AWS credentials are set up in ${whose(asked)}`,
    `Set it up: aws configure sso${profileOption(asked.profile)}; or use another --profile NAME`,
  ]
}

function nowhere({ statusCode }: AwsFailure, asked: Asked): ReturnType<Rule> {
  const { files, profile } = asked
  const [unreadable, hint = profilesHint(files, profile)] = unreadableFiles(files) ?? []
  const looked = profile !== undefined && files.profiles.has(profile) ? `, also not in ${whose(asked)}` : ''
  // Other clouds have a metadata service, too, and some networks answer in its place.
  const role =
    statusCode && `On an EC2 instance, give it a role: its metadata service answered with HTTP ${statusCode}.`
  const message = `No AWS credentials were found${unreadable ? `, and ${unreadable}` : looked}`
  return ['AWS_NO_CREDENTIALS', message, role ? `${hint}\n${role}` : hint]
}

/** What went wrong with a credential_process, without its own words: they may hold anything. */
const failed = ({ message }: AwsFailure): string =>
  message.match(
    /credential_process (did not return Version 1|returned (?:invalid (?:JSON|credentials)|expired credentials))/,
  )?.[1] ?? 'failed'
