import { parse } from '@iarna/toml'
import { checkDeclaration } from '../../../src/core/project/declarations.ts'
import { dottedName } from '../../../src/core/project/fields.ts'
import { readSources } from '../../../src/core/project/sources.ts'

const read = (toml: string) => readSources(parse(toml), 'pyproject.toml')

const plugin = (...lines: readonly string[]) =>
  ['[[tool.poetry-plugin-code-artifact.sources]]', ...lines, ''].join('\n')
const poetry = (name: string, url: string, more = '') =>
  `[[tool.poetry.source]]\nname = "${name}"\nurl = "${url}"\n${more}\n`
const fields = (spelling: string) => [
  'name = "dev"',
  `aws-${spelling}-domain = "my-domain"`,
  `aws-${spelling}-owner = "564131876131"`,
  `aws-${spelling}-region = "us-east-1"`,
  `aws-${spelling}-repository = "dev"`,
]
const dev = { name: 'dev', domain: 'my-domain', owner: '564131876131', region: 'us-east-1', repository: 'dev' }
const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const dual = 'my-domain-564131876131.codeartifact.us-east-1.on.aws'
const url = `https://${host}/pypi/dev/simple/`
const artifact = fields('codeartifact')

describe('reads', () => {
  test.each([
    ["the plugin's code spelling", plugin(...artifact)],
    ["the plugin's README spelling", plugin(...fields('codeartefact'))],
    ['both, mixed', plugin(...artifact.slice(0, 3), ...fields('codeartefact').slice(3))],
    ['both, agreeing', plugin(...artifact, ...fields('codeartefact').slice(1))],
    ['an inline array', `[tool.poetry-plugin-code-artifact]\nsources = [{ ${artifact.join(', ')} }]`],
  ])('%s', (_, toml) => {
    expect(read(toml)).toEqual({ sources: [{ ...dev, origin: 'plugin' }], unfit: [], warnings: [] })
  })

  test('a source without owner', () => {
    const { owner: _, ...mine } = dev
    expect(read(plugin(...artifact.filter((line) => !line.includes('owner')))).sources).toEqual([
      { ...mine, origin: 'plugin' },
    ])
  })

  test("Poetry's own entry", () => {
    const declaration = { name: 'dev', url, priority: 'explicit' }
    const toml = poetry('dev', url, 'priority = "explicit"') + poetry('other.one', 'https://pypi.example/simple/')
    expect(read(toml)).toEqual({ sources: [{ ...dev, origin: 'poetry', declaration }], unfit: [], warnings: [] })
  })

  test("the plugin's sources first, each with its declaration", () => {
    const toml = `${poetry('qa', url)}${poetry('dev', url)}[[tool.poetry.source]]\nname = "PyPI"\n${plugin(...artifact)}`
    expect(read(toml).sources).toEqual([
      { ...dev, origin: 'plugin', declaration: { name: 'dev', url } },
      { ...dev, name: 'qa', origin: 'poetry', declaration: { name: 'qa', url } },
    ])
  })

  test.each([dual, 'evil.example', `${host}.evil.example`])('a declaration at %s, to be compared later', (other) => {
    const declared = `https://${other}/pypi/dev/simple/`
    expect(read(plugin(...artifact) + poetry('dev', declared)).sources).toMatchObject([
      { declaration: { url: declared } },
    ])
  })

  test.each([
    ['unknown key "priority" is ignored', plugin(...artifact, 'priority = "explicit"')],
    ['unknown key "__proto__" is ignored', plugin(...artifact, '__proto__ = { name = "x" }')],
    [
      '"us-esat-1" is not a region that this version knows; did you mean us-east-1?',
      plugin(...artifact).replace('us-east-1', 'us-esat-1'),
    ],
    ['"ap-new-1" is not a region that this version knows.', poetry('dev', url.replace('us-east-1', 'ap-new-1'))],
  ])('with the warning: %s', (warning, toml) => {
    expect(read(toml)).toMatchObject({ sources: [{ name: 'dev' }], warnings: [expect.stringContaining(warning)] })
    expect(read(toml).warnings[0]).toMatch(/^pyproject\.toml: source "dev" in \[\[tool\./)
  })
})

test('a project without sources is told what to add', () => {
  expect(() => read('')).toThrow(
    expect.objectContaining({
      code: 'NO_SOURCES',
      exitCode: 3,
      message: 'pyproject.toml names no CodeArtifact source.',
      hint: expect.stringContaining('[[tool.poetry-plugin-code-artifact.sources]]\n  name = "dev"\n'),
    }),
  )
})

test.each<[string, string, string]>([
  ['uv', `[[tool.uv.index]]\nname = "dev"\nurl = "${url}"\nexplicit = true\n`, `ca-sync sources add dev ${url}`],
  [
    'uv, beside PyPI',
    `[[tool.uv.index]]\nname = "pypi"\nurl = "https://pypi.org/simple"\n[[tool.uv.index]]\nname = "qa"\nurl = "${url}"\n`,
    `ca-sync sources add qa ${url}`,
  ],
  ['uv, without a name', `[[tool.uv.index]]\nurl = "${url}"\n`, `ca-sync sources add dev ${url}`],
  [
    'uv, by a name that Poetry cannot address',
    `[[tool.uv.index]]\nname = "a.b"\nurl = "${url}"\n`,
    `ca-sync sources add dev ${url}`,
  ],
  [
    'PDM, with the user in the URL',
    `[[tool.pdm.source]]\nname = "dev"\nurl = "${url.replace('://', '://aws@')}"\n`,
    `ca-sync sources add dev ${url}`,
  ],
  [
    'PDM, with a variable in the URL',
    `[[tool.pdm.source]]\nname = "dev"\nurl = "${url.replace('://', '://aws:$TOKEN@')}"\n`,
    `ca-sync sources add dev ${url}`,
  ],
])('an index that is only for %s is seen, and what to type is said', (_, toml, command) => {
  expect(() => read(toml)).toThrow(
    expect.objectContaining({
      code: 'NO_SOURCES',
      message: expect.stringMatching(
        /^pyproject\.toml names no CodeArtifact source for ca-sync, only an index of another tool: "[\w-]+" in \[\[tool\./,
      ),
      hint: expect.stringContaining(`Type: ${command}\n`),
    }),
  )
})

test.each([
  ['another server', '[[tool.uv.index]]\nname = "dev"\nurl = "https://x.example/simple/"\n'],
  ['something else', '[tool.uv]\nindex = "dev"\n'],
  ['nothing in it', '[[tool.uv.index]]\n'],
])('an index of uv with %s is none', (_, toml) => {
  expect(() => read(toml)).toThrow(expect.objectContaining({ message: 'pyproject.toml names no CodeArtifact source.' }))
})

test('a control character in a name is shown as text, in the message and in the hint', () => {
  expect(() => read(plugin(...artifact.slice(1), 'name = "d\\u001b[2Jev"'))).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('source "d\\u001b[2Jev"'),
      hint: expect.not.stringContaining('\u001b'),
    }),
  )
})

describe('the declaration', () => {
  const endpoint = `https://${host}/pypi/dev/`
  const check = (declared: string, at = endpoint) =>
    checkDeclaration({ ...dev, origin: 'plugin', declaration: { name: 'dev', url: declared } }, at, 'pyproject.toml')

  test.each([
    [url, endpoint],
    [url.slice(0, -1), endpoint],
    ['http://127.0.0.1:8080/pypi/dev/simple/', 'http://127.0.0.1:8080/pypi/dev/'],
  ])('%s fits %s', (declared, at) => {
    expect(check(declared, at)).toBeUndefined()
  })

  test('may be missing', () => {
    expect(checkDeclaration({ ...dev, origin: 'plugin' }, endpoint, 'pyproject.toml')).toBeUndefined()
  })

  test.each([endpoint, `https://${host}/pypi/dev/x/simple/`, `${url}?x`, `https://${host}/pypi/dev//simple/`])(
    '%s is warned about',
    (declared) => {
      expect(check(declared)).toEqual({
        message: `pyproject.toml: source "dev" in [[tool.poetry.source]]: url is not the repository's; Poetry installs from ${url}.`,
      })
    },
  )

  test.each([
    ['https://evil.example/pypi/dev/simple/', 'is at another host ("evil.example")'],
    [`https://${host}.evil.example/pypi/dev/simple/`, `is at another host ("${host}.evil.example")`],
    [`https://${host}:8443/pypi/dev/simple/`, 'is at another host ('],
    [`https://${host}\\@evil.example/pypi/dev/simple/`, 'has a user name or password in it'],
    [`https://${dual}/pypi/dev/simple/`, 'is the same repository under another host ('],
    [`https://${host.toUpperCase()}/pypi/dev/simple/`, 'is the same repository under another host ('],
    [`http://${host}/pypi/dev/simple/`, 'must start with https://'],
    [`https://aws:hunter2@${host}/pypi/dev/simple/`, 'has a user name or password in it'],
    ['not a url', 'is at another host ("")'],
    ['https://\u001b[31m/', 'is at another host ("\\u001b[31m")'],
  ])('%j is refused', (declared, why) => {
    const error = check(declared)
    expect(error).toMatchObject({
      code: 'SOURCE_HOST_MISMATCH',
      exitCode: 3,
      message: expect.stringContaining(`source "dev" in [[tool.poetry.source]]: url ${why}`),
      hint: `Write url = "${url}", or give one of the two sources another name.`,
    })
    expect(error?.message).not.toContain('hunter2')
  })
})

describe('an entry that cannot be served fails alone', () => {
  const good = plugin(...artifact)
  const other = (...lines: readonly string[]) =>
    plugin(...artifact.filter((line) => !lines.some((one) => line.startsWith(one.split(' ')[0] ?? ''))), ...lines)
  test.each<[string, string, string, string]>([
    ['no name', other('name = ""'), 'source 2', 'name may have'],
    ['a blank in its name', other('name = "AWS Code"'), 'AWS Code', 'name may have'],
    ['a name that is reserved', other('name = "PyPI"'), 'PyPI', 'reserved'],
    ['a bad owner', other('name = "qa"', 'aws-codeartifact-owner = "12"'), 'qa', 'owner must be'],
    ['a region that is none', other('name = "qa"', 'aws-codeartifact-region = "nowhere"'), 'qa', 'not an AWS region'],
    ['a mistyped key', other('name = "qa"', 'aws-codeartifact-regoin = "us-east-1"'), 'qa', 'aws-codeartifact-region?'],
    [
      'a URL that is none',
      poetry('qa', 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/'),
      'qa',
      'url must have',
    ],
    [
      'a blank in the name of a declaration',
      poetry('AWS Code', 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/qa/simple/'),
      'AWS Code',
      'name may have',
    ],
  ])('%s', (_, entry, name, says) => {
    const { sources, unfit } = read(good + entry)
    expect(sources.map((one) => one.name)).toEqual(['dev'])
    expect(unfit).toMatchObject([{ source: { name }, error: { code: 'SOURCE_INVALID' } }])
    expect(`${unfit[0]?.error.message} ${unfit[0]?.error.hint}`).toContain(says)
    expect(() => read(entry)).toThrow(unfit[0]?.error.message.replace('source 2', 'source 1'))
  })
})

test.each([
  ['my.dev', '1.8.5', false],
  ['my.dev', '2.3.4', false],
  ['my.dev', '2.4.0', true],
  ['my.dev', '2.5.1', true],
  ['my.dev', undefined, true],
  ['my-dev', '1.8.5', true],
])('the name %s with Poetry %s: %s', (name, version, fine) => {
  const error = dottedName(name, version, 'pyproject.toml')
  if (fine) expect(error).toBeUndefined()
  else
    expect(error).toMatchObject({ code: 'SOURCE_INVALID', hint: 'Write name = "my-dev", or use Poetry 2.4 or newer.' })
})
