import { ApiError } from './api-error.ts'
import { authenticate } from './authenticate.ts'
import { pause, withFault } from './faults.ts'
import type { Handler, Reply, Request, Response } from './http.ts'
import type { Principal } from './model.ts'
import type { Call } from './records.ts'
import { readAuthorization } from './sigv4.ts'
import type { World } from './world.ts'

export type Params = Readonly<Record<string, string>>

/** What an operation may look at. */
export interface Input {
  readonly params: Params
  readonly caller: Principal
  /** Region of the signature: the one that a regional endpoint of AWS would serve. */
  readonly region: string
}

/** One AWS operation: returns what its answer holds, throws ApiError. */
type Operation = (input: Input) => object

/** An AWS service: its protocol, and its operations by name. */
export interface AwsService {
  /** As signatures name it. */
  readonly name: 'codeartifact' | 'sts'
  readonly operations: Readonly<Record<string, Operation>>
  /** Name and parameters of the operation that a request asks for. */
  read(request: Request): { readonly operation: string; readonly params: Params }
  success(operation: string, output: object): Response
  failure(error: ApiError): Response
}

/** The handler of one port that serves several AWS services, as AWS_ENDPOINT_URL_… variables want it: record, authenticate, break if told to, answer. */
export function awsApi(world: World, serviceOf: (request: Request) => AwsService): Handler {
  return async (request) => {
    const service = serviceOf(request)
    const call = newCall(service, request)
    world.calls.push(call)
    const reply = await answer(world, service, request, call).catch((error: unknown) => {
      if (error instanceof ApiError) return service.failure(error)
      throw error
    })
    if (typeof reply !== 'string') call.status = reply.status
    return reply
  }
}

async function answer(world: World, service: AwsService, request: Request, call: Call): Promise<Reply> {
  await pause(world.latencyMs)
  const find = (accessKeyId: string) => world.principals.get(accessKeyId)
  const caller = authenticate(request, { service: service.name, find, now: world.now() })
  call.account = caller.account
  call.arn = caller.arn
  if (call.domain !== undefined) call.owner ??= caller.account
  const fault = world.faults.take(call.operation, call.domain)
  return withFault(fault, { caller: caller.arn, action: `${service.name}:${call.operation}` }, () => {
    const operation = service.operations[call.operation]
    if (operation === undefined) throw new ApiError(400, 'InvalidAction', `Could not find operation ${call.operation}`)
    return service.success(call.operation, operation({ params: call.params, caller, region: call.region ?? '' }))
  })
}

function newCall(service: AwsService, request: Request): Call {
  const { operation, params } = service.read(request)
  const { domain, repository, 'domain-owner': owner } = params
  const authorization = readAuthorization(request)
  return {
    service: service.name,
    operation,
    accessKeyId: authorization?.accessKeyId,
    region: authorization?.region,
    domain,
    repository,
    params,
    owner,
    account: undefined,
    arn: undefined,
    status: undefined,
  }
}
