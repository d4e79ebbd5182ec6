import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { memoryAws } from '../../scripts/testbed/memory-aws.ts'
import { emptyState } from '../../src/core/memory/state-shape.ts'
import { emptyUserConfig } from '../../src/core/project/settings.ts'
import { CaSyncError, type ErrorCode } from '../../src/core/words/errors.ts'
import { createProjects } from '../../src/poetry/projects.ts'
import { draft, resolve } from '../../src/survey/targets.ts'
import { plugin, pyproject } from '../e2e/pyproject.ts'

const folder = mkdtempSync(join(tmpdir(), 'ca-sync-resolve-'))
const file = join(folder, 'pyproject.toml')

/** Why a source cannot be served where AWS says this of it. */
async function failureWhere(code: ErrorCode, hint: string, meanwhile = () => {}) {
  writeFileSync(
    file,
    pyproject(plugin({ name: 'qa', domain: 'other', repository: 'qa' }), plugin({ repository: 'dve' })),
  )
  const projects = createProjects(folder)
  const project = projects.read({ folder, file })
  const refused = async () => {
    meanwhile()
    throw new CaSyncError(code, 'No.', { hint })
  }
  const chooser = { flags: {}, environment: undefined, keysStamp: undefined, apiStamp: '', config: emptyUserConfig }
  const drafts = draft(project.sources, undefined, chooser)
  const aws = { ...memoryAws(Date.now), endpoint: refused }
  const { targets, failures } = await resolve({ aws, projects }, { drafts, state: emptyState, force: false, project })
  expect(targets).toEqual([])
  return failures.map(({ source, error }) => [source.name, error.hint])
}

test('a repository that AWS does not know is told with its line', async () => {
  expect(
    await failureWhere('AWS_REPOSITORY_UNKNOWN', 'Did you mean dev?\nCheck the repository name in pyproject.toml.'),
  ).toEqual([
    ['qa', `Did you mean dev?\nCheck the repository name in ${file}, line 10.`],
    ['dev', `Did you mean dev?\nCheck the repository name in ${file}, line 17.`],
  ])
})

test('a domain, with its own', async () => {
  expect(await failureWhere('AWS_DOMAIN_UNKNOWN', 'Check domain, owner and region in pyproject.toml.')).toEqual([
    ['qa', `Check domain, owner and region in ${file}, line 7.`],
    ['dev', `Check domain, owner and region in ${file}, line 14.`],
  ])
})

test('the line of a file that went meanwhile is not told', async () => {
  const gone = () => rmSync(file, { force: true })
  expect(await failureWhere('AWS_DOMAIN_UNKNOWN', 'Check it in pyproject.toml.', gone)).toEqual([
    ['qa', `Check it in ${file}.`],
    ['dev', `Check it in ${file}.`],
  ])
})

test('what is not about pyproject.toml stays as it is', async () => {
  expect(await failureWhere('AWS_ACCESS_DENIED', 'Ask.')).toEqual([
    ['qa', 'Ask.'],
    ['dev', 'Ask.'],
  ])
})
