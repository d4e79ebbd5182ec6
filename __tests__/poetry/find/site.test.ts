import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { removal } from '../../../src/core/doctor/packages.ts'
import { poetrySiteOf } from '../../../src/poetry/find/site.ts'

let home: string
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-site-')))
})
afterEach(() => rm(home, { recursive: true }))

const site = 'venv/lib/python3.11/site-packages'
const base = {
  'venv/bin/python3.11': '',
  [`${site}/poetry-1.8.5.dist-info/METADATA`]: '',
  [`${site}/keyrings.alt-5.0.2.dist-info/METADATA`]: '',
  [`${site}/Poetry_Plugin_Code.Artifact-1.0.0.dist-info/METADATA`]: '',
}
const pip = { [`${site}/pip-26.3.dist-info/METADATA`]: '' }
const old = 'poetry-plugin-code-artifact'

test.each<[string, Record<string, string>, string]>([
  [
    'a venv of pip',
    { ...pip, 'venv/pyvenv.cfg': 'home = /usr/bin\n' },
    `HOME/venv/bin/python3.11 -m pip uninstall --yes ${old}`,
  ],
  [
    'a venv of uv',
    { 'venv/pyvenv.cfg': 'home = /usr/bin\nuv = 0.13.9\n' },
    `uv pip uninstall --python HOME/venv/bin/python3.11 ${old}`,
  ],
  [
    'pipx',
    { 'venv/pipx_metadata.json': `{"injected_packages": {"${old}": {"package": "x"}}}` },
    `pipx uninject venv ${old}`,
  ],
  [
    'pipx, by another way',
    { 'venv/pipx_metadata.json': '{"injected_packages": {}}' },
    `pipx runpip venv uninstall --yes ${old}`,
  ],
  ['pipx, half written', { 'venv/pipx_metadata.json': '{"inj' }, `pipx runpip venv uninstall --yes ${old}`],
  [
    'uv tool',
    {
      'venv/uv-receipt.toml': `[tool]\nrequirements = [\n  { name = "poetry" },\n  { name = "${old}" },\n  { name = "keyrings-alt" },\n]\nentrypoints = [{ name = "other" }]\n`,
    },
    'uv tool install --force poetry==1.8.5 --with keyrings-alt',
  ],
  [
    'conda',
    { 'venv/conda-meta/poetry-plugin-code-artifact-1.0.0-pyhd8ed1ab_0.json': '' },
    `conda remove --yes --prefix HOME/venv ${old}`,
  ],
  [
    'pip in conda',
    { 'venv/conda-meta/python-3.11.7-h955ad1f_0.json': '' },
    `HOME/venv/bin/python3.11 -m pip uninstall --yes ${old}`,
  ],
  [
    'the system',
    { 'venv/lib/python3.11/EXTERNALLY-MANAGED': '' },
    `HOME/venv/bin/python3.11 -m pip uninstall --yes --break-system-packages ${old}`,
  ],
  [
    'poetry self',
    { 'config/pyproject.toml': `[tool.poetry.dependencies]\n${old} = "*"\n` },
    `HOME/bin/poetry --no-plugins self remove ${old}`,
  ],
  [
    'poetry self, in another spelling',
    { 'config/pyproject.toml': '[tool.poetry.dependencies]\n"Poetry_Plugin_Code.Artifact" = { version = "*" }\n' },
    `HOME/bin/poetry --no-plugins self remove ${old}`,
  ],
  [
    'pip, beside a folder with any name',
    { ...pip, [`${site}/(-1.0.dist-info/METADATA`]: '', [`${site}/c++-1.0.dist-info/METADATA`]: '' },
    `HOME/venv/bin/python3.11 -m pip uninstall --yes ${old}`,
  ],
])('whose a package is, and what takes it out: %s', async (_, files, command) => {
  for (const [path, text] of Object.entries({ ...base, ...files })) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text)
  }
  const program = { poetry: join(home, 'bin/poetry'), python: join(home, 'venv/bin/python3.11') }
  const found = poetrySiteOf(program, { env: {}, platform: 'linux', home }, join(home, 'config'))
  expect([...found.packages.keys()]).toEqual(expect.arrayContaining(['poetry', 'keyrings-alt', old]))
  expect(removal(old, found)).toBe(command.replaceAll('HOME', home))
})
