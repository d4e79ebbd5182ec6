import { parse } from '@iarna/toml'
import { originChecks, packagesOf } from '../../../src/core/doctor/aws.ts'
import type { Target } from '../../../src/core/plan/target.ts'
import type { PackageOrigin } from '../../../src/core/ports/aws.ts'

test.each<[string, string, string[]]>([
  ['nothing', '', []],
  ["Poetry's own name", '[tool.poetry]\nname = "My_App"\n', ['my-app']],
  ["the project's own name", '[project]\nname = "my.app"\n[tool.poetry]\nname = "other"\n', ['my-app']],
  [
    'those that name the source',
    '[tool.poetry.dependencies]\na = { version = "1", source = "DEV" }\nb = "1"\nc = { version = "1", source = "qa" }\n',
    ['a'],
  ],
  [
    'those of groups',
    '[tool.poetry.group.x.dependencies]\na = { source = "dev" }\n[tool.poetry.dev-dependencies]\nb = { source = "dev" }\n',
    ['b', 'a'],
  ],
  [
    'several constraints',
    '[[tool.poetry.dependencies.a]]\nversion = "1"\n[[tool.poetry.dependencies.a]]\nversion = "2"\nsource = "dev"\n',
    ['a'],
  ],
  [
    "uv's",
    '[tool.uv.sources]\na = { index = "dev" }\nb = [{ index = "dev", marker = "x" }]\nc = { git = "x" }\n',
    ['a', 'b'],
  ],
  ['what is no table', '[tool.poetry]\ndependencies = "x"\ngroup = 1\n', []],
])('the packages that a project means to have from a source: %s', (_, toml, expected) => {
  expect(packagesOf(parse(toml), 'dev')).toEqual(expected)
})

const target = {
  ...{ name: 'dev', domain: 'my-domain', owner: '564131876131', region: 'us-east-1', repository: 'dev' },
  identity: { base: { kind: 'profile', profile: 'My Company' } },
} as unknown as Target
const origin = (more: Partial<PackageOrigin> = {}): PackageOrigin => ({
  ...{ name: 'my-lib', publish: true, upstream: true, external: ['public:pypi'] },
  ...more,
})

test('a package of one’s own that an upstream adds to is a warning, with the command that closes it', () => {
  expect(originChecks(target, [origin(), origin({ name: 'shut', upstream: false, external: [] })])).toEqual([
    expect.objectContaining({ check: 'origin', status: 'ok', message: expect.stringContaining('shut') }),
    {
      source: 'dev',
      check: 'origin',
      status: 'warning',
      message:
        'dev takes new versions of my-lib from public:pypi, too: who registers the name there gets installed by you.',
      fix: "aws codeartifact put-package-origin-configuration --domain my-domain --domain-owner 564131876131 --repository dev --region us-east-1 --profile 'My Company' --format pypi --package my-lib --restrictions publish=ALLOW,upstream=BLOCK",
    },
  ])
})

test.each([
  ['no upstream is let in', origin({ upstream: false, external: [] }), ['ok']],
  ['its upstreams lead to no public index', origin({ external: [] }), ['ok']],
  ['it is meant to come from there', origin({ publish: false }), []],
])('%s', (_, one, expected) => {
  expect(originChecks(target, [one]).map(({ status }) => status)).toEqual(expected)
})
