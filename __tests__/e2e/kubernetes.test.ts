import { readdir, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { writeProgram } from './poetry-install.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

// kubernetes-validate, with the schemas of Kubernetes, and PyYAML; both from PyPI: scripts/setup.sh installs them.
const tools = checkout('.cache/tools/bin')
const file = checkout('docs/kubernetes/ca-sync.yaml')
const env = { PATH: '/usr/bin:/bin' }
const name = 'ca-sync-my-domain'

/** The manifests, by kind. */
// biome-ignore lint/suspicious/noExplicitAny: documents of Kubernetes, whose schema the first test checks
let manifests: Record<string, any>
beforeAll(async () => {
  const toJson =
    'import json, sys, yaml; print(json.dumps({d["kind"]: d for d in yaml.safe_load_all(open(sys.argv[1]))}))'
  manifests = JSON.parse((await run(join(tools, 'python'), ['-c', toJson, file], { env })).stdout)
})

test.each(['1.30', '1.37'])('the manifests are what the schema of Kubernetes %s allows', async (version) => {
  const { code, stdout, stderr } = await run(join(tools, 'kubernetes-validate'), ['--strict', '-k', version, file], {
    env,
  })
  expect({ code, passed: `${stdout}${stderr}`.match(/passed for resource \w+/g) }).toEqual({
    code: 0,
    passed: 'serviceaccount secret role rolebinding configmap cronjob'
      .split(' ')
      .map((kind) => `passed for resource ${kind}`),
  })
})

test('the job may read and change its one Secret, and nothing else', () => {
  const { Role, RoleBinding, CronJob } = manifests
  expect(Role.rules).toEqual([
    { apiGroups: [''], resources: ['secrets'], resourceNames: [name], verbs: ['get', 'patch'] },
  ])
  expect(RoleBinding.subjects).toEqual([{ kind: 'ServiceAccount', name }])
  expect(CronJob.spec.jobTemplate.spec.template.spec.serviceAccountName).toBe(name)
  for (const { metadata } of Object.values(manifests)) expect(metadata.name).toBe(name)
})

test('it never runs twice at once, has deadlines, and no rights on its machine', () => {
  const { concurrencyPolicy, startingDeadlineSeconds, jobTemplate } = manifests['CronJob'].spec
  expect({ concurrencyPolicy, startingDeadlineSeconds }).toEqual({
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 3600,
  })
  expect(jobTemplate.spec).toMatchObject({ backoffLimit: 3, activeDeadlineSeconds: 300 })
  const { securityContext, containers } = jobTemplate.spec.template.spec
  expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
  expect(containers).toHaveLength(1)
  expect(containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
})

describe("the job's script", () => {
  let stage: Stage
  afterEach(() => stage.close())

  /** Runs it against the emulator, with a kubectl that keeps what it is given. */
  async function job(more: Record<string, string> = {}) {
    stage = await openStage({ keyring: 'no-bus' })
    const { command, args } = manifests['CronJob'].spec.jobTemplate.spec.template.spec.containers[0]
    const project = await stage.makeProject('project', manifests['ConfigMap'].data['pyproject.toml'])
    const given = join(stage.box.dir, 'given')
    const bin = join(stage.box.dir, 'kubectl')
    await writeProgram(
      join(bin, 'kubectl'),
      `#!/bin/sh\nmkdir ${given}\necho "$@" > ${given}/args\ncat /dev/stdin > ${given}/patch\n`,
    )
    const path = [bin, stage.env['PATH']].join(delimiter)
    const script = args[0].replace('/project', project)
    const result = await run(command[0], [...command.slice(1), script], { env: { ...stage.env, PATH: path, ...more } })
    const files = await readdir(given).catch(() => [])
    return { ...result, given: await Promise.all(files.map((one) => readFile(join(given, one), 'utf8'))) }
  }

  test('gives the Secret the variables that Poetry reads', async () => {
    const { code, given } = await job()
    expect(code).toBe(0)
    const [args, patch = ''] = given
    expect(args).toBe(`patch secret ${name} --type merge --patch-file /dev/stdin\n`)
    expect(JSON.parse(patch)).toEqual({
      stringData: {
        POETRY_HTTP_BASIC_DEV_USERNAME: 'aws',
        POETRY_HTTP_BASIC_DEV_PASSWORD: stage.emulator.issuedTokens()[0],
      },
    })
  })

  test('leaves the Secret as it is when there is no token', async () => {
    const { code, given } = await job({ AWS_SECRET_ACCESS_KEY: 'wrong' })
    expect({ failed: code !== 0, given }).toEqual({ failed: true, given: [] })
  })
})
