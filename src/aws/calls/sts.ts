import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts'

export const askCaller = (config: STSClientConfig, signal: AbortSignal): Promise<GetCallerIdentityCommandOutput> =>
  new STSClient(config).send(new GetCallerIdentityCommand({}), { abortSignal: signal })

/** STS AssumeRole, as session `ca-sync`: that name shows up in the owner's CloudTrail. */
export async function assumeRole(config: STSClientConfig, roleArn: string, signal: AbortSignal) {
  const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'ca-sync' })
  const { Credentials: keys } = await new STSClient(config).send(command, { abortSignal: signal })
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = keys ?? {}
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error('AssumeRole gave no keys')
  return { accessKeyId, secretAccessKey, sessionToken }
}
