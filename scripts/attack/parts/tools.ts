import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { venvWith } from '../../../__tests__/poetry/keyring/handover-helpers.ts'
import { run } from '../../testbed/run.ts'
import type { Bench } from '../bench.ts'
import { type Hostile, hostileBackends } from '../hostile-backends.ts'
import { type HostilePoetry, hostilePoetries } from '../hostile-poetries.ts'
import { expectWell, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'

type Env = Readonly<Record<string, string>>

/** A run with such a tool ends in time and says so; nothing of ours gets out, and with good tools all is well. */
async function expectRefusal(bench: Bench, env: Env, wellIsFine: boolean): Promise<void> {
  const said = await bench.caSync(['--unattended', '--verbose'], { env: { ...bench.env, ...env }, timeoutMs: 40_000 })
  must(said.signal === null, 'it had not ended after 40 s')
  const refused = said.code !== 0 && said.code !== 1 && /^error: /m.test(said.stderr)
  must(refused || (wellIsFine && said.code === 0), `it ended with ${said.code}: ${said.stdout}${said.stderr}`)
  await expectWell(bench, [said])
}

const working = `from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 9
    kept = {}
    def get_password(self, *words): return self.kept.get(words)
    def set_password(self, service, username, password): self.kept[service, username] = password
    def delete_password(self, *words): del self.kept[words]
`

const withBackend = ({ title, methods }: Hostile): Try => ({
  name: `a keyring: ${title}`,
  async run(bench, random) {
    const folder = join(bench.box.dir, `backend-${random().toString(36).slice(2)}`)
    await mkdir(folder)
    await writeFile(join(folder, 'hostile.py'), working + methods.replaceAll(/^/gm, '    '))
    const python = await venvWith(bench.box, folder)
    await expectRefusal(bench, { CA_SYNC_POETRY: python, PYTHON_KEYRING_BACKEND: 'hostile.Keyring' }, true)
  },
})

const withPoetry = ({ title, make }: HostilePoetry): Try => ({
  name: `a poetry: ${title}`,
  async run(bench) {
    const path = join(bench.box.dir, 'poetry')
    await run('sh', ['-c', `rm -rf "$1" "$1.python"; ${make}`, 'sh', path], { env: bench.env })
    await expectRefusal(bench, { CA_SYNC_POETRY: path }, false)
  },
})

export const tools: Part = {
  name: 'tools',
  seconds: 100,
  tries: () => [...hostileBackends.map(withBackend), ...hostilePoetries.map(withPoetry)],
}
