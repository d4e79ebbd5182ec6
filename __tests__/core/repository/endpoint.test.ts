import {
  baseUrl,
  constructedUrl,
  hostOf,
  parseRepositoryUrl,
  readUrl,
  sameRepository,
  simpleUrl,
} from '../../../src/core/repository/endpoint.ts'

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const dual = 'my-domain-564131876131.codeartifact.us-east-1.on.aws'
const vpc = 'vpce-0743fe535b883ffff-76ddffff.d.codeartifact.us-east-1.vpce.amazonaws.com'
const zonal = vpc.replace('76ddffff', '76ddffff-us-east-1a')
const dev = { domain: 'my-domain', owner: '564131876131', region: 'us-east-1', repository: 'dev' }

test.each([
  ['install URL', `https://${host}/pypi/dev/simple/`, dev],
  ['install URL without slash', `https://${host}/pypi/dev/simple`, dev],
  ['publish URL', `https://${host}/pypi/dev/`, dev],
  ['publish URL without slash', `https://${host}/pypi/dev`, dev],
  ['dual-stack', `https://${dual}/pypi/dev/simple/`, dev],
  [
    'China',
    'https://d1-123456789012.d.codeartifact.cn-north-1.amazonaws.com.cn/pypi/My_Repo.1/',
    {
      domain: 'd1',
      owner: '123456789012',
      region: 'cn-north-1',
      repository: 'My_Repo.1',
    },
  ],
  [
    'domain ending like an owner',
    `https://a-111111111111-222222222222.d.codeartifact.eu-west-1.amazonaws.com/pypi/xy/`,
    {
      domain: 'a-111111111111',
      owner: '222222222222',
      region: 'eu-west-1',
      repository: 'xy',
    },
  ],
  ['VPC endpoint', `https://${vpc}/pypi/d/my-domain-564131876131/dev/simple/`, dev],
  ['VPC endpoint without simple/', `https://${vpc}/pypi/d/my-domain-564131876131/dev`, dev],
  ['VPC endpoint of a zone', `https://${zonal}/pypi/d/my-domain-564131876131/dev/`, dev],
  ['domain called vpce', `https://${host.replace('my-domain', 'vpce')}/pypi/dev/`, { ...dev, domain: 'vpce' }],
  ['repository called simple', `https://${host}/pypi/simple/simple/`, { ...dev, repository: 'simple' }],
])('reads %s', (_, url, expected) => {
  expect(parseRepositoryUrl(url)).toEqual(expected)
})

test.each([
  ['another site', 'https://pypi.org/simple/'],
  ['a longer host', `https://${host}.evil.example/pypi/dev/simple/`],
  ['a host in the path', `https://evil.example/${host}/pypi/dev/simple/`],
  ['a host as user', `https://${host}@evil.example/pypi/dev/simple/`],
  ['a host before a backslash', `https://evil.example\\@${host}/pypi/dev/simple/`],
  ['a look-alike suffix', 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.co/pypi/dev/'],
  ['a suffix without a dot', 'https://my-domain-564131876131.d.xcodeartifact.us-east-1.amazonaws.com/pypi/dev/'],
  [
    'a VPC endpoint of something else',
    'https://vpce-1-2.s3.us-east-1.vpce.amazonaws.com/pypi/d/my-domain-564131876131/dev/',
  ],
  [
    'a service of somebody behind one',
    'https://vpce-1-2.vpce-svc-3.us-east-1.vpce.amazonaws.com/pypi/d/my-domain-564131876131/dev/',
  ],
  ['a Cyrillic letter', `https://${host.replace('artifact', 'аrtifact')}/pypi/dev/`],
  ['no URL', 'dev'],
  ['a bad port', `https://${host}:99999/pypi/dev/`],
])('takes %s for another server', (_, url) => {
  expect(readUrl(url)).toBeUndefined()
})

test.each([
  ['http', `http://${host}/pypi/dev/simple/`, 'https://'],
  ['a user', `https://aws@${host}/pypi/dev/simple/`, 'user name'],
  ['a password', `https://:x@${host}/pypi/dev/simple/`, 'password'],
  ['a VPC endpoint without d/', `https://${vpc}/pypi/dev/simple/`, '/pypi/d/<domain>-<owner>/<repository>/simple/'],
  ['a VPC endpoint without an owner', `https://${vpc}/pypi/d/my-domain/dev/simple/`, '/pypi/d/<domain>-<owner>/'],
  [
    'a VPC endpoint for the API',
    `https://${vpc.replace('.d.', '.api.')}/pypi/d/my-domain-564131876131/dev/`,
    'as it is for a VPC endpoint',
  ],
  [
    'a VPC endpoint of another partition',
    `https://${vpc}.cn/pypi/d/my-domain-564131876131/dev/`,
    'as it is for a VPC endpoint',
  ],
  [
    'a host like one of a VPC endpoint',
    `https://${vpc.replace('vpce-', 'x-')}/pypi/d/my-domain-564131876131/dev/`,
    'vpce-…',
  ],
  ['a short owner', `https://${host.replace('564131876131', '56413187613')}/pypi/dev/`, '12 digits'],
  ['no owner', 'https://my-domain.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/', '12 digits'],
  ['no .d.', `https://${host.replace('.d.', '.')}/pypi/dev/`, '<domain>-<owner>'],
  ['dual-stack with .d.', `https://${dual.replace('.codeartifact', '.d.codeartifact')}/pypi/dev/`, '<domain>-<owner>'],
  ['a trailing dot', `https://${host}./pypi/dev/`, '<domain>-<owner>'],
  ['a sub-domain', `https://x.${host}/pypi/dev/`, '<domain>-<owner>'],
  ['a port', `https://${host}:8443/pypi/dev/`, 'port'],
  ['the default port', `https://${host}:443/pypi/dev/`, 'written plainly'],
  ['upper case', `https://${host.toUpperCase()}/pypi/dev/`, `as https://${host}/pypi/dev/simple/`],
  ['an encoded host', `https://${host.replace('my', '%6dy')}/pypi/dev/`, 'written plainly'],
  ['a tab', `https://${host}/pypi/d\tev/`, 'written plainly'],
  ['an upper-case scheme', `HTTPS://${host}/pypi/dev/`, 'written plainly'],
  ['dots', `https://${host}/pypi/../pypi/dev/`, 'written plainly'],
  ['encoded dots', `https://${host}/pypi/x/%2e%2e/dev/`, 'written plainly'],
  ['an encoded slash', `https://${host}/pypi/dev%2fx/`, 'path'],
  ['another format', `https://${host}/npm/dev/`, 'path'],
  ['no repository', `https://${host}/pypi/`, 'path'],
  ['more path', `https://${host}/pypi/dev/simple/x/`, 'path'],
  ['two slashes', `https://${host}/pypi/dev/simple//`, 'path'],
  ['a query', `https://${host}/pypi/dev/simple/?a=b`, 'path'],
  ['an empty fragment', `https://${host}/pypi/dev/simple/#`, 'path'],
])('calls %s malformed', (_, url, problem) => {
  expect(readUrl(url)).toContain(problem)
  expect(parseRepositoryUrl(url)).toBeUndefined()
})

test('a password in a URL does not reach the message', () => {
  expect(JSON.stringify(readUrl(`https://aws:hunter2@${host}/pypi/dev/`))).not.toContain('hunter2')
})

test('builds the URL that AWS gives', () => {
  expect(constructedUrl(dev)).toBe(`https://${host}/pypi/dev/`)
  expect(constructedUrl({ ...dev, region: 'cn-north-1' })).toMatch(/\.cn-north-1\.amazonaws\.com\.cn\/pypi\/dev\/$/)
})

test.each([
  ['https://h/pypi/dev/simple/', 'https://h/pypi/dev/', 'https://h/pypi/dev/simple/'],
  ['https://h/pypi/dev', 'https://h/pypi/dev/', 'https://h/pypi/dev/simple/'],
  ['https://h/pypi/simple/', 'https://h/pypi/simple/', 'https://h/pypi/simple/simple/'],
  ['https://h/pypi/simple/simple', 'https://h/pypi/simple/', 'https://h/pypi/simple/simple/'],
  ['https://h/pypi/pypi/simple/', 'https://h/pypi/pypi/', 'https://h/pypi/pypi/simple/'],
  ['http://127.0.0.1:8080/pypi/dev/', 'http://127.0.0.1:8080/pypi/dev/', 'http://127.0.0.1:8080/pypi/dev/simple/'],
])('our form of %s is %s', (url, base, simple) => {
  expect([baseUrl(url), simpleUrl(url)]).toEqual([base, simple])
})

test.each([
  [`https://${host}/pypi/dev/`, host],
  ['http://127.0.0.1:8080/pypi/dev/', '127.0.0.1:8080'],
  ['https://Host:443?x', 'Host:443'],
  ['https://user@host/x', 'user@host'],
  ['dev', ''],
])('the host of %s is %s', (url, expected) => {
  expect(hostOf(url)).toBe(expected)
})

test.each([
  [true, `https://${host}/pypi/dev/`, `https://${host}/pypi/dev/simple`],
  [true, `https://${host}/pypi/dev/`, `https://${dual}/pypi/dev/simple/`],
  [true, `https://${host}/pypi/dev/`, `https://${host.toUpperCase()}:443/pypi/dev`],
  [true, 'http://LOCALHOST:80/pypi/dev', 'http://localhost/pypi/dev/simple/'],
  [false, `https://${host}/pypi/dev/`, `https://${host}/pypi/qa/`],
  [false, `https://${host}/pypi/dev/`, `https://${host.replace('us-', 'eu-')}/pypi/dev/`],
  [false, `https://${host}/pypi/dev/`, `https://${host}.evil.example/pypi/dev/`],
  [false, 'http://localhost:1/pypi/dev/', 'http://localhost:2/pypi/dev/'],
  [false, 'http://localhost/pypi/dev/', 'https://localhost/pypi/dev/'],
  [true, 'no url', 'no url/'],
])('same repository: %s for %s and %s', (expected, a, b) => {
  expect([sameRepository(a, b), sameRepository(b, a)]).toEqual([expected, expected])
})
