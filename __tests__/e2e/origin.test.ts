import { afterEach, expect, jest, test } from '@jest/globals'
import { checksOf } from './doctor-lab.ts'
import { both, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const owner = '564131876131'
const repositories = [
  { name: 'dev', upstreams: ['store'], origins: { 'my-lib': { publish: 'ALLOW', upstream: 'ALLOW' } } },
  { name: 'store', externalConnections: ['public:pypi'] },
] as const
const dependencies = '[tool.poetry.dependencies]\nmy-lib = { version = "*", source = "dev" }\n'

let stage: Stage
afterEach(() => stage.close())

async function origins(deny: readonly string[]) {
  const users = [{ accessKeyId: 'AKIAENV', secretAccessKey: 'secret of env', account: owner, deny }]
  stage = await openStage({
    emulator: { users, domains: [{ domain: 'my-domain', owner, region: 'us-east-1', repositories }] },
  })
  stage.emulator.addPackage({ domain: 'my-domain', repository: 'dev', name: 'my-lib', version: '1.0' })
  const cwd = await stage.makeProject(
    'app',
    pyproject(dependencies, both(stage.emulator.repositoryUrl('my-domain', 'dev'))),
  )
  expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0 })
  const checks = checksOf(await stage.caSync(['doctor', '--json'], { cwd }))
  expect(checks.filter(({ status }) => status === 'fault')).toEqual([])
  return checks.filter(({ check }) => check === 'origin')
}

test('doctor says that an upstream may add versions to a package of the project', async () => {
  expect(await origins([])).toMatchObject([
    {
      source: 'dev',
      status: 'warning',
      message: expect.stringContaining('my-lib from public:pypi'),
      fix: expect.stringContaining('upstream=BLOCK'),
    },
  ])
})

test.each(['codeartifact:DescribePackage', 'codeartifact:DescribeRepository'])(
  'without %s it says nothing',
  async (action) => {
    expect(await origins([action])).toEqual([])
  },
)
