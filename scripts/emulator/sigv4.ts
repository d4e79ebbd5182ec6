import { createHash, createHmac } from 'node:crypto'
import type { Request } from './http.ts'

/** What an `Authorization: AWS4-HMAC-SHA256 …` header says. */
export interface Authorization {
  readonly accessKeyId: string
  /** YYYYMMDD */
  readonly day: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/

/** The parsed header, or undefined when there is none that can be read. */
export function readAuthorization({ headers }: Request): Authorization | undefined {
  const match = header.exec(headers.authorization ?? '')
  if (match === null) return undefined
  const [accessKeyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = match.slice(1)
  return { accessKeyId, day, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** The signature (hexadecimal) that this request must have, by AWS Signature Version 4. `time` is the value of X-Amz-Date. */
export function sign(
  request: Request,
  { day, region, service, signedHeaders }: Omit<Authorization, 'signature' | 'accessKeyId'>,
  time: string,
  secret: string,
): string {
  const scope = [day, region, service, 'aws4_request']
  const canonical = sha256(canonicalRequest(request, signedHeaders))
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), canonical].join('\n')).toString('hex')
}

function canonicalRequest({ method, path, query, headers, body }: Request, signedHeaders: readonly string[]): string {
  // Every service but S3 encodes the path once more than it came.
  const uri = path.split('/').map(encode).join('/')
  const lines = signedHeaders.map((name) => `${name}:${oneLine(String(headers[name] ?? ''))}\n`)
  return [method, uri, canonicalQuery(query), lines.join(''), signedHeaders.join(';'), sha256(body)].join('\n')
}

/** Sorted by name first: as whole strings `domain-owner=…` would come before `domain=…`. */
const canonicalQuery = (query: string): string =>
  [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&')

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
const oneLine = (text: string): string => text.trim().replace(/ +/g, ' ')
const percent = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`
const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, percent)
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()
