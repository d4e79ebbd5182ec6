// Needs Poetry.
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, jest, test } from '@jest/globals'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { run } from '../../../scripts/testbed/run.ts'
import { describeError } from '../../../src/commands/wording.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { openHandover, openInspection } from '../../../src/poetry/keyring/handover.ts'

jest.setTimeout(60_000)

const home = mkdtempSync(join(tmpdir(), 'ca-sync-odd-python-'))
afterAll(() => rmSync(home, { recursive: true }))

const options = (python: string, budgetMs: number) => ({
  ...{ python, env: { HOME: home, PATH: '/usr/bin:/bin' }, platform: process.platform, uid: process.getuid?.() },
  ...{ projects: [], unattended: true, budgetMs, now: () => performance.now() },
})

/** What is said of a program that is called Python. */
async function saidOf(script: string, budgetMs = 30_000): Promise<string> {
  const python = join(home, 'python')
  writeFileSync(python, `#!/bin/sh\n${script}\n`)
  chmodSync(python, 0o755)
  const session = openHandover(options(python, budgetMs))
  try {
    return JSON.stringify(await session.probe())
  } catch (error) {
    if (!(error instanceof CaSyncError)) throw error
    return describeError(error).replace(python, 'PYTHON')
  } finally {
    session.close()
  }
}

const said = (what: string) =>
  `error: Poetry's Python (PYTHON) ${what}\n  Reinstall Poetry (for example \`pipx reinstall poetry\`), or set CA_SYNC_POETRY to the poetry program that works.\n`

const early = 'ended before it could be used'

// What it does; what is said of it.
test.each([
  ['exit 0', `${early} (exit code 0).`],
  ['exit 3', `${early} (exit code 3).`],
  ['kill -SEGV $$', `${early} (SIGSEGV).`],
  [`echo '{"result": {}}'`, `${early} (exit code 0).`],
  [`echo '{"result": null}'; echo '{"result": {}}'; exit 1`, `${early} (exit code 1).`],
  [`echo '{"event": "started"}'`, `${early} (exit code 0).`],
  [`echo '{"problem": null}'; exit 1`, `${early} (exit code 1).`],
  [`echo '{"problem": {"kind": "constructor"}}'; exit 1`, `${early} (exit code 1).`],
  [`printf '{"result": '`, `${early} (exit code 0).`],
  [`printf '\\0\\377\\n\\0'; exit 1`, `${early} (exit code 1).`],
  [
    `printf 'Traceback (most recent call last):\\n  File "x"\\nImportError: no site\\n\\n' >&2; exit 1`,
    `${early} (exit code 1: ImportError: no site).`,
  ],
  ['echo ca-sync: {', `${early} (exit code 0).`],
  ['echo "ca-sync: Traceback"; echo "ca-sync: null"; echo "ca-sync: 3"; exit 1', `${early} (exit code 1).`],
  ['yes x | head -c 3000 >&2; echo >&2; exit 1', `${early} (exit code 1: x).`],
  [`head -c 9000000 /dev/zero; exit 1`, `${early} (exit code 1).`],
  ['cat', 'did not start within 1 s.', 1_000],
  ['sleep 60', 'did not start within 1 s.', 1_000],
  [`echo '{"event": "started"}'; echo '{"result": {}}'; sleep 60`, 'did not start within 1 s.', 1_000],
  ['yes', 'did not start within 1 s.', 1_000],
  ['exec cat /dev/zero', 'did not start within 1 s.', 1_000],
])('a Python that is a script of %j: %s', async (...[script, what, budgetMs]: [string, string, number?]) => {
  expect(await saidOf(script, budgetMs)).toBe(said(what))
})

// A sitecustomize or a .pth that prints, as tracers, proxies and hand-made ones do.
test.each([
  [`import sys; sys.stdout.write('hello')`],
  [`print('{"result": {"poetryVersion": "6.6.6"}}')`],
  [`print('{"event": "started"}'); print('{"problem": {"kind": "locked"}}')`],
  [`import sys; sys.stdout.write('{"result": {}}')`],
  [`print('x' * 5000000)`],
])('what is printed before Poetry’s Python begins is no answer: %s', async (noise) => {
  const { python: real } = poetry('2.5')
  const venv = mkdtempSync(join(home, 'venv-'))
  await run(real, ['-m', 'venv', '--without-pip', venv], { env: { PATH: '/usr/bin:/bin' } })
  const site = (of: string) => join(of, 'lib', readdirSync(join(of, 'lib'))[0] as string, 'site-packages')
  writeFileSync(
    join(site(venv), 'a.pth'),
    `${site(dirname(dirname(real)))}\nimport sys; ${noise.replace('import sys; ', '')}\n`,
  )
  const inspection = openInspection(options(join(venv, 'bin', 'python'), 20_000))
  try {
    expect(await inspection.describe()).toMatchObject({ poetryVersion: expect.stringMatching(/^2\.5/) })
  } finally {
    inspection.close()
  }
})
