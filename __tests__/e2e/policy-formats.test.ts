import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { plugin, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

// cfn-lint and python-hcl2 of PyPI: scripts/setup.sh installs them.
const tools = checkout('.cache/tools/bin')

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ keyring: 'no-bus' })
  const far = plugin({ name: 'far', domain: 'far-away', owner: '210987654321' })
  const alike = ['Qa.1', 'Qa-1'].map((repository, index) => plugin({ name: `qa${index}`, repository }))
  await writeFile(join(stage.project, 'pyproject.toml'), pyproject(plugin(), ...alike, far))
})
afterAll(() => stage.close())

const policy = async (words: readonly string[]): Promise<string> => {
  const { code, stdout } = await stage.caSync(['policy', '-q', ...words])
  expect(code).toBe(0)
  return stdout
}

const toIdentity = [
  ['read', ['--access', 'read']],
  ['write', ['--access', 'write']],
  ['both', ['--access', 'read', 'write']],
] as const
const toAccount = toIdentity.map(([access, words]) => [access, [...words, '--principal', '111122223333']] as const)

describe('terraform', () => {
  const script =
    'import hcl2, json, sys; o = hcl2.SerializationOptions(strip_string_quotes=True, explicit_blocks=False); print(json.dumps(hcl2.load(sys.stdin, serialization_options=o)))'

  interface Body {
    readonly domain?: string
    readonly domain_owner?: string
    readonly repository?: string
  }

  /** The resources of a text, as python-hcl2 reads them, each with its policy. */
  async function parsed(text: string) {
    const { stdout, stderr } = await run(join(tools, 'python'), ['-c', script], { env: {}, input: text })
    expect(stderr).toBe('')
    const documents = [...text.matchAll(/= jsonencode\(([\s\S]*?)\)\n\}/g)].map(([, json = '']) => JSON.parse(json))
    const blocks: Record<string, Record<string, Body>>[] = JSON.parse(stdout).resource
    expect(documents).toHaveLength(blocks.length)
    return blocks.flatMap((block, index) =>
      Object.entries(block).flatMap(([type, labels]) =>
        Object.entries(labels).map(([label, body]) => ({ type, label, body, document: documents[index] })),
      ),
    )
  }

  test.each(toIdentity)('an identity: %s', async (_, words) => {
    expect(await parsed(await policy([...words, '--format', 'terraform']))).toEqual([
      {
        type: 'aws_iam_policy',
        label: ['my_domain', 'far_away', ...words.slice(1)].join('_'),
        body: { policy: expect.stringMatching(/^\$\{jsonencode\(/) },
        document: JSON.parse(await policy(words)),
      },
    ])
  })

  test.each(toAccount)('another account: %s', async (_, words) => {
    const resources = await parsed(await policy([...words, '--format', 'terraform']))
    expect(new Set(resources.map(({ type, label }) => `${type} ${label}`)).size).toBe(resources.length)
    const found = resources.map(({ type, body: { domain, domain_owner, repository }, document }) => {
      const kind = /^aws_codeartifact_(\w+)_permissions_policy$/.exec(type)?.[1]
      const path = [kind, domain, repository].filter((part) => part !== undefined).join('/')
      return [`arn:aws:codeartifact:us-east-1:${domain_owner}:${path}`, document]
    })
    expect(found).toEqual(Object.entries(JSON.parse(await policy(words))))
  })
})

describe('cloudformation', () => {
  async function lint(...texts: readonly string[]) {
    const files = texts.map((_, index) => join(stage.box.dir, `template-${index}.json`))
    for (const [index, file] of files.entries()) await writeFile(file, texts[index] ?? '')
    return run(join(tools, 'cfn-lint'), files, { env: stage.box.env })
  }

  const cases = [...toIdentity, ...toAccount].map(([, words]) => words)
  const template = (words: readonly string[]) => policy([...words, '--format', 'cloudformation'])

  test('cfn-lint has nothing to say, and would find a mistake', async () => {
    const texts = await Promise.all(cases.map(template))
    expect(await lint(...texts)).toMatchObject({ code: 0, stdout: '' })
    expect(await lint((texts[0] ?? '').replace('"Effect"', '"Effects"'))).toMatchObject({ code: 2 })
  })

  const documents = async (words: readonly string[]) =>
    Object.values<{ Properties: Record<string, unknown> }>(JSON.parse(await template(words)).Resources).map(
      ({ Properties }) => Properties['PolicyDocument'] ?? Properties['PermissionsPolicyDocument'],
    )

  test.each(toIdentity)('an identity: %s', async (_, words) => {
    expect(await documents(words)).toEqual([JSON.parse(await policy(words))])
  })

  test.each(toAccount)('another account: %s', async (_, words) => {
    expect(await documents(words)).toEqual(Object.values(JSON.parse(await policy(words))))
  })
})
