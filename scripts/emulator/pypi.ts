import { createHash } from 'node:crypto'
import { ApiError, accessDenied } from './api-error.ts'
import { withFault } from './faults.ts'
import { type Handler, json, type Reply, type Request, type Response } from './http.ts'
import type { Domain, Issued, Repository } from './model.ts'
import { readForm } from './multipart.ts'
import { addAsset, simplePage } from './packages.ts'
import type { PypiRequest } from './records.ts'
import { normalizeName } from './wheel.ts'
import { authorize, notFound, type World } from './world.ts'

/** What Python clients see of one domain: `/pypi/<repository>/` with a simple index, files and the legacy upload. */
export function pypi(world: World, domain: Domain): Handler {
  return async (request) => {
    const [, format, name, ...rest] = request.path.split('/').map(decodeURIComponent)
    const repository = format === 'pypi' ? name : undefined
    const { user, password } = basicAuth(request.headers.authorization)
    const record: PypiRequest = {
      method: request.method,
      path: request.path,
      domain: domain.domain,
      repository,
      authorization: request.headers.authorization !== undefined,
      user,
      token: world.tokens.indexOf(password ?? ''),
      status: undefined,
    }
    world.requests.push(record)
    const token = user === 'aws' ? world.tokens.live(password ?? '', domain) : undefined
    const reply =
      token === undefined
        ? unauthenticated(domain, repository)
        : await answer(world, request, { domain, repository, rest, token }).catch(failure)
    if (typeof reply !== 'string') record.status = reply.status
    return reply
  }
}

interface Target {
  readonly domain: Domain
  readonly repository: string | undefined
  /** Segments of the path after the repository. */
  readonly rest: readonly string[]
  readonly token: Issued
}

/** CodeArtifact's names for what a client does here: faults and permissions go by them. */
const operations = { read: 'ReadFromRepository', publish: 'PublishPackageVersion' } as const
type Verb = keyof typeof operations

async function answer(world: World, request: Request, target: Target): Promise<Reply> {
  const verb = request.method === 'POST' ? 'publish' : 'read'
  const fault = world.faults.take(operations[verb], target.domain.domain)
  return withFault(fault, { caller: target.token.holder.arn, action: actionOf(verb) }, () => {
    const repository = permitted(target, verb)
    // Where one installs from, nothing is published.
    if (verb === 'publish' && target.rest.some((part) => part !== ''))
      throw notFound('asset', target.rest.join('/'), 'There is nothing to publish to')
    return verb === 'publish' ? upload(repository, request) : read(repository, target.rest)
  })
}

const actionOf = (verb: Verb): string => `codeartifact:${operations[verb]}`

/** The repository, if it is there and the token's holder may do this with it. */
function permitted({ domain, repository = '', token: { holder } }: Target, verb: Verb): Repository {
  const found = domain.repositories.get(repository)
  if (found === undefined) throw notFound('repository', repository, `Repository '${repository}' does not exist`)
  authorize(holder, actionOf(verb), repository, domain)
  if (found.deny.includes(verb)) throw accessDenied(holder.arn, actionOf(verb), repository, 'resource-based')
  return found
}

/** `simple/<project>/`, or `simple/<project>/<version>/<file>`. There is no `simple/` root, as in AWS. */
function read(
  { projects }: Repository,
  [simple, project = '', version = '', filename = '', ...more]: readonly string[],
): Response {
  const assets = simple === 'simple' && more.length === 0 ? projects.get(normalizeName(project)) : undefined
  if (assets === undefined) throw notFound('package', project, `Package '${project}' does not exist`)
  if (version === '') return html(simplePage(normalizeName(project), assets))
  const asset = assets.find((it) => it.version === version && it.filename === filename)
  if (asset === undefined) throw notFound('asset', filename, `Asset '${filename}' does not exist`)
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: asset.content }
}

const html = (body: string): Response => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body,
})

/** The legacy upload that twine and Poetry speak. */
function upload(repository: Repository, request: Request): Response {
  const form = readForm(request.headers['content-type'] ?? '', request.body)
  const { name, version, sha256_digest, requires_python, ':action': action } = Object.fromEntries(form?.fields ?? [])
  if (form?.file === undefined || action !== 'file_upload' || !name || !version) {
    throw invalid('Not an upload of a package file')
  }
  const { filename, content } = form.file
  if (sha256_digest && sha256_digest !== createHash('sha256').update(content).digest('hex')) {
    throw invalid(`The SHA-256 digest of ${filename} does not match`)
  }
  addAsset(repository, name, { filename, version, requiresPython: requires_python || undefined, content })
  return json(200, {})
}

const unauthenticated = (domain: Domain, repository = ''): Response =>
  json(401, { message: 'Unauthenticated' }, { 'www-authenticate': `Basic realm="${domain.domain}/${repository}"` })

function failure(error: unknown): Response {
  if (!(error instanceof ApiError)) throw error
  return json(error.status, { message: error.message }, { 'x-amzn-errortype': error.type, ...error.headers })
}

function basicAuth(header = ''): { user?: string; password?: string } {
  const [, user, password] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(/^Basic (.+)$/i.exec(header)?.[1] ?? '', 'base64').toString()) ?? []
  return user === undefined || password === undefined ? {} : { user, password }
}

const invalid = (message: string): ApiError => new ApiError(400, 'ValidationException', message)
