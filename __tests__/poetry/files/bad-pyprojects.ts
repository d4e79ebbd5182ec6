/** One pyproject.toml that must give exit 3 and change nothing. */
interface BadPyproject {
  readonly title: string
  readonly content: string | Uint8Array
  readonly code: 'PYPROJECT_INVALID' | 'SOURCE_INVALID' | 'NO_SOURCES'
  /** What the error must say besides the file's name: which source, which key, what is wrong. */
  readonly says: readonly string[]
}

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const good = {
  name: '"dev"',
  'aws-codeartifact-domain': '"my-domain"',
  'aws-codeartifact-owner': '"564131876131"',
  'aws-codeartifact-region': '"us-east-1"',
  'aws-codeartifact-repository': '"dev"',
}

type Lines = Readonly<Record<string, string | undefined>>

const lines = (fields: Lines): string =>
  Object.entries(fields)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${value}\n`]))
    .join('')

/** A good source of the plugin's table, with some of its lines (TOML values) changed, added, or left out (undefined). */
const plugin = (changed: Lines = {}): string =>
  `[[tool.poetry-plugin-code-artifact.sources]]\n${lines({ ...good, ...changed })}`

const poetry = (url: string, name = 'dev'): string => `[[tool.poetry.source]]\nname = "${name}"\nurl = "${url}"\n`

const invalid = (title: string, content: string, ...says: readonly string[]): BadPyproject => ({
  title,
  content,
  code: 'SOURCE_INVALID',
  says,
})
const unreadable = (title: string, content: string | Uint8Array, ...says: readonly string[]): BadPyproject => ({
  title,
  content,
  code: 'PYPROJECT_INVALID',
  says,
})
const none = (title: string, content: string, ...says: readonly string[]): BadPyproject => ({
  title,
  content,
  code: 'NO_SOURCES',
  says: ['names no CodeArtifact source', ...says],
})

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))

const [domain, owner, region, repository] = [
  'aws-codeartifact-domain',
  'aws-codeartifact-owner',
  'aws-codeartifact-region',
  'aws-codeartifact-repository',
] as const
const dev = 'source "dev"'

export const badPyprojects: readonly BadPyproject[] = [
  // Not TOML, or not text.
  none('an empty file', ''),
  none('a byte order mark alone', '\ufeff'),
  none('a project without sources', '[tool.poetry]\nname = "x"\n'),
  none('no source in the array', '[tool.poetry-plugin-code-artifact]\nsources = []\n'),
  none(
    'sources of other servers',
    poetry('https://pypi.example/simple/'),
    '[[tool.poetry-plugin-code-artifact.sources]]',
  ),
  none(
    'a mistyped table',
    plugin().replace('code-artifact', 'codeartifact'),
    'tool."poetry-plugin-codeartifact"',
    'did you mean tool.poetry-plugin-code-artifact.sources?',
  ),
  none(
    'a mistyped array',
    plugin().replace('sources', 'source'),
    'did you mean tool.poetry-plugin-code-artifact.sources?',
  ),
  none('sources under __proto__', plugin().replace('[[tool.', '[[__proto__.tool.')),
  unreadable('random bytes', bytes(0x7f, 'ELF', 0x02, 0x00, 0xff, 0xfe), 'is not UTF-8 text'),
  unreadable('UTF-16 with a byte order mark', bytes(0xff, 0xfe, 'a', 0, '=', 0, '1', 0), 'is not UTF-8 text'),
  unreadable('one Latin-1 letter', bytes(plugin(), '# caf', 0xe9, '\n'), 'is not UTF-8 text'),
  unreadable('zero bytes', bytes(plugin(), 0, 0, 0), 'line 7, column 1'),
  unreadable('more than 1 MiB', `${plugin()}${'#'.repeat(1024 * 1024)}\n`, 'bytes'),
  unreadable('a megabyte of brackets', `a = ${'['.repeat(1024 * 1024 - 8)}`, 'is not valid TOML'),
  unreadable('a mistake after a byte order mark', `\ufeff${plugin({ [domain]: 'my-domain' })}`, 'line 3, column 27'),
  unreadable('a mistake with CRLF', plugin({ [domain]: 'my-domain' }).replaceAll('\n', '\r\n'), 'line 3, column 27'),
  unreadable(
    'marks of a merge',
    `${plugin()}<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> other\n`,
    'has the marks of a merge that is not finished (<<<<<<<, line 7)',
  ),
  unreadable(
    'marks of a merge, with CRLF and the base',
    '[tool.x]\r\n<<<<<<< ours\r\na = 1\r\n||||||| base\r\n=======\r\n>>>>>>> theirs\r\n',
    'line 2)',
  ),
  unreadable('what only looks like one', 'a = "x"\n# <<<<<<< x\n# >>>>>>> y\nb = \n', 'is not valid TOML: line 4'),
  unreadable('a key twice', `${plugin()}name = "qa"\n`, 'line 7', 'redefine'),
  unreadable('a line break in a string', plugin({ name: '"de\nv"' }), 'line 2'),
  unreadable('a raw escape character in a string', plugin({ name: '"d\u001bev"' }), 'line 2', 'ontrol character'),
  unreadable('an owner with a leading zero, as a number', plugin({ [owner]: '012345678901' }), 'line 4'),
  // The shape of the tables.
  invalid('tool is no table', 'tool = 1\n', 'tool is a number, not a table'),
  invalid(
    "the plugin's table is a string",
    '[tool]\npoetry-plugin-code-artifact = "x"\n',
    'tool.poetry-plugin-code-artifact is a string, not a table',
  ),
  invalid(
    'sources is one table',
    plugin().replace('[[', '[').replace(']]', ']'),
    'tool.poetry-plugin-code-artifact.sources is a table, not an array of tables',
    '[[tool.poetry-plugin-code-artifact.sources]]',
  ),
  invalid(
    'sources is a string',
    '[tool.poetry-plugin-code-artifact]\nsources = "dev"\n',
    'sources is a string, not an array of tables',
  ),
  invalid(
    'a source is a string',
    '[tool.poetry-plugin-code-artifact]\nsources = ["dev"]\n',
    'source 1',
    'is a string, not a table',
  ),
  invalid(
    'a source is a date',
    '[tool.poetry-plugin-code-artifact]\nsources = [1979-05-27T07:32:00Z]\n',
    'source 1',
    'is a date, not a table',
  ),
  invalid(
    "Poetry's source is one table",
    poetry(`https://${host}/pypi/dev/simple/`).replace('[[', '[').replace(']]', ']'),
    'tool.poetry.source is a table, not an array of tables',
  ),
  // Missing, mistyped and unknown keys.
  invalid('no name', plugin({ name: undefined }), 'source 1', 'name is missing'),
  invalid('no domain', plugin({ [domain]: undefined }), dev, `${domain} is missing`),
  invalid('no region', plugin({ [region]: undefined }), dev, `${region} is missing`),
  invalid(
    'no repository, in the other spelling',
    plugin({ [repository]: undefined })
      .replaceAll('artifact-', 'artefact-')
      .replace('code-artefact', 'code-artifact'),
    dev,
    'aws-codeartefact-repository is missing',
  ),
  invalid(
    'a mistyped domain',
    plugin({ [domain]: undefined, 'aws-codeartifact-domian': '"my-domain"' }),
    dev,
    'unknown key "aws-codeartifact-domian"',
    `Did you mean ${domain}?`,
  ),
  invalid(
    'a mistyped owner, which is optional',
    plugin({ [owner]: undefined, aws_codeartifact_owner: '"564131876131"' }),
    dev,
    'unknown key "aws_codeartifact_owner"',
    `Did you mean ${owner}?`,
  ),
  invalid(
    'a source under __proto__',
    '[[tool.poetry-plugin-code-artifact.sources]]\n__proto__ = { name = "dev" }\n',
    'source 1',
    'name is missing',
  ),
  invalid(
    'no name for Poetry',
    `[[tool.poetry.source]]\nurl = "https://${host}/pypi/dev/simple/"\n`,
    'source 1',
    'name is missing',
  ),
  // Types.
  invalid('a name that is a number', plugin({ name: '1' }), 'source 1', 'name is a number, not text'),
  invalid('a domain that is a table', plugin({ [domain]: '{ name = "x" }' }), dev, `${domain} is a table, not text`),
  invalid(
    'an owner that is a number',
    plugin({ [owner]: '564131876131' }),
    dev,
    `${owner} is a number, not text`,
    'quotes',
  ),
  invalid('a region that is an array', plugin({ [region]: '["us-east-1"]' }), dev, `${region} is an array, not text`),
  invalid(
    'a repository that is true',
    plugin({ [repository]: 'true' }),
    dev,
    `${repository} is true or false, not text`,
  ),
  invalid(
    'a URL that is a number',
    '[[tool.poetry.source]]\nname = "dev"\nurl = 1\n',
    dev,
    'url is a number, not text',
  ),
  // Values.
  invalid(
    'the spellings disagree',
    plugin({ 'aws-codeartefact-domain': '"other-domain"' }),
    dev,
    `${domain} is "my-domain"`,
    'aws-codeartefact-domain is "other-domain"',
  ),
  invalid(
    "the README's region",
    plugin({ [region]: '"eus-east-1"' }),
    dev,
    `${region} "eus-east-1" is not an AWS region`,
    'did you mean us-east-1?',
  ),
  invalid(
    'a region that is a host',
    plugin({ [region]: '"us-east-1.evil.example/"' }),
    dev,
    `${region} "us-east-1.evil.example/" is not an AWS region`,
  ),
  invalid('a pseudo-region', plugin({ [region]: '"aws-global"' }), dev, `${region} "aws-global" is not an AWS region`),
  invalid(
    'an owner of 11 digits',
    plugin({ [owner]: '"56413187613"' }),
    dev,
    `${owner} must be an AWS account of 12 digits`,
  ),
  invalid('an owner with letters', plugin({ [owner]: '"56413187613O"' }), dev, owner, '"56413187613O"'),
  invalid('an owner in Arabic digits', plugin({ [owner]: '"٥٦٤١٣١٨٧٦١٣١"' }), dev, owner, '"\\u0665'),
  invalid('an empty owner', plugin({ [owner]: '""' }), dev, owner),
  invalid('a domain in upper case', plugin({ [domain]: '"My-Domain"' }), dev, domain, '"My-Domain"'),
  invalid('a domain of one letter', plugin({ [domain]: '"m"' }), dev, domain),
  invalid('a domain that ends the host', plugin({ [domain]: '"evil.example/"' }), dev, domain, '"evil.example/"'),
  invalid('a domain with a line break', plugin({ [domain]: '"my-domain\\n"' }), dev, domain, '"my-domain\\u000a"'),
  invalid('a domain with a Cyrillic letter', plugin({ [domain]: '"my-dоmain"' }), dev, domain, '"my-d\\u043emain"'),
  invalid('a repository that climbs', plugin({ [repository]: '"../other"' }), dev, repository, '"../other"'),
  invalid(
    'a repository that climbs, encoded',
    plugin({ [repository]: '"x%2e%2e%2fother"' }),
    dev,
    repository,
    '"x%2e%2e%2fother"',
  ),
  invalid('a repository with a query', plugin({ [repository]: '"dev?x="' }), dev, repository),
  invalid(
    'a very long repository',
    plugin({ [repository]: `"${'r'.repeat(101)}"` }),
    dev,
    repository,
    '(101 characters)',
  ),
  // Names.
  invalid('an empty name', plugin({ name: '""' }), 'source 1', 'name may have'),
  invalid('a name that ends in a dot', plugin({ name: '"my.dev."' }), 'source "my.dev."', 'nor end with "."'),
  invalid('a name that starts with a dot', plugin({ name: '".dev"' }), 'source ".dev"', 'must not start with'),
  invalid('a name with a blank', plugin({ name: '"AWS Code"' }), 'source "AWS Code"', 'name may have'),
  invalid(
    'a name that looks like an option',
    plugin({ name: '"--help"' }),
    'source "--help"',
    'must not start with "-"',
  ),
  invalid("PyPI's name", plugin({ name: '"PyPI"' }), 'source "PyPI"', 'name "PyPI" is reserved'),
  invalid('__proto__ as a name', plugin({ name: '"__proto__"' }), 'source "__proto__"', 'name "__proto__" is reserved'),
  invalid('a name that leaves its TOML table', plugin({ name: "'x]\"'" }), 'source "x]\\""', 'name may have'),
  invalid('a name with a line break', plugin({ name: '"dev\\nqa"' }), 'source "dev\\u000aqa"', 'name may have'),
  invalid(
    'a name with a terminal escape',
    plugin({ name: '"dev\\u001b[2J"' }),
    'source "dev\\u001b[2J"',
    'name may have',
  ),
  invalid('a name written backwards', plugin({ name: '"\\u202eved"' }), 'source "\\u202eved"', 'name may have'),
  invalid('a name with a Cyrillic letter', plugin({ name: '"dеv"' }), 'source "d\\u0435v"', 'name may have'),
  invalid('a very long name', plugin({ name: `"${'n'.repeat(500_000)}"` }), 'source "nnn', '(500000 characters)'),
  invalid('a name twice', plugin() + plugin(), dev, 'name "dev" is taken by source "dev"'),
  invalid(
    'a name twice, in another case',
    plugin() + plugin({ name: '"DEV"' }),
    'source "DEV"',
    'name "DEV" is taken by source "dev"',
  ),
  invalid(
    "a name twice in Poetry's table",
    poetry(`https://${host}/pypi/dev/`) + poetry('https://pypi.example/', 'Dev'),
    'source "Dev"',
    'name "Dev" is taken',
  ),
  invalid(
    'a name in two cases in the two tables',
    plugin() + poetry(`https://${host}/pypi/dev/simple/`, 'Dev'),
    'source "Dev"',
    'name differs in case from source "dev"',
  ),
  // URLs of Poetry's own sources.
  invalid(
    'one name for two repositories',
    plugin() + poetry(`https://${host}/pypi/qa/simple/`),
    dev,
    'url is repository 564131876131/my-domain/us-east-1/qa',
    '564131876131/my-domain/us-east-1/dev',
  ),
  invalid(
    'one name for two owners',
    plugin() + poetry(`https://${host.replace('564131876131', '111111111111')}/pypi/dev/simple/`),
    dev,
    'url is repository 111111111111/',
  ),
  none('a look-alike host', poetry(`https://${host}.evil.example/pypi/dev/simple/`)),
  none('a CodeArtifact host as user name', poetry(`https://${host}@evil.example/pypi/dev/simple/`)),
  invalid(
    'a URL with a password',
    poetry(`https://aws:hunter2@${host}/pypi/dev/simple/`),
    dev,
    'url must not have a user name or password',
  ),
  invalid('a URL without encryption', poetry(`http://${host}/pypi/dev/simple/`), dev, 'url must start with https://'),
  invalid('a URL with a port', poetry(`https://${host}:8443/pypi/dev/simple/`), dev, 'url must not have a port'),
  invalid(
    'a URL in upper case',
    poetry(`https://${host.toUpperCase()}/pypi/dev/simple/`),
    dev,
    `as https://${host}/pypi/dev/simple/`,
  ),
  invalid(
    'a URL with an owner of 11 digits',
    poetry(`https://${host.replace('564131876131', '56413187613')}/pypi/dev/simple/`),
    dev,
    'url must have a host',
    '12 digits',
  ),
  invalid(
    'a URL that climbs',
    poetry(`https://${host}/pypi/dev/%2e%2e/qa/simple/`),
    dev,
    'url must be written plainly',
  ),
  invalid('a URL of another format', poetry(`https://${host}/npm/dev/`), dev, 'url must have the path /pypi/'),
  invalid(
    'a URL with a bad region',
    poetry(`https://${host.replace('us-', 'eus-')}/pypi/dev/simple/`),
    dev,
    'url: region "eus-east-1"',
    'did you mean us-east-1?',
  ),
  invalid(
    'a Chinese region at the wrong host',
    poetry(`https://${host.replace('us-east-1', 'cn-north-1')}/pypi/dev/simple/`),
    dev,
    'url has a host',
    'amazonaws.com.cn',
  ),
  invalid(
    'a name with a blank for a CodeArtifact URL',
    poetry(`https://${host}/pypi/dev/simple/`, 'AWS Code'),
    'source "AWS Code"',
    'name may have',
  ),
]
