import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from '@iarna/toml'
import { expect, jest, test } from '@jest/globals'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { openStage } from './stage.ts'

jest.setTimeout(240_000)

/** Poetry's own code that writes its files, many times; then its program, which takes a second each time. */
const often = `
import sys, time
from pathlib import Path
from poetry.config.file_config_source import FileConfigSource
from poetry.toml import TOMLFile
config, auth = (FileConfigSource(TOMLFile(Path(sys.argv[1]) / name)) for name in ("config.toml", "auth.toml"))
for i in range(int(sys.argv[2])):
    config.add_property(f"repositories.often-{i}.url", f"https://theirs.example/{i}/")
    auth.add_property(f"http-basic.often-{i}.password", f"secret-{i}")
    time.sleep(0.01)
`
const script = `
"$1" -c "$2" "$3" 60 || exit 1
for i in 0 1; do poetry config repositories.real-$i "https://theirs.example/$i/" || exit 1; done
`
const entries = (name: string, count: number, value: (i: number) => object): Record<string, object> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}-${i}`, value(i)]))

const url = (i: number) => ({ url: `https://theirs.example/${i}/` })

test.each(['2.5', '1.8'] as const)(
  'Poetry %s writes its files beside syncs and logouts: it loses no line',
  async (line) => {
    const stage = await openStage({ line })
    try {
      await mkdir(stage.config, { recursive: true })
      const words = ['-c', script, 'sh', poetry(line).python, often, stage.config]
      const child = spawn('sh', words, { env: stage.env, cwd: stage.box.home, stdio: 'inherit' })
      const ended = once(child, 'exit')
      while (child.exitCode === null)
        for (const command of ['sync', 'logout']) expect(await stage.caSync([command])).toMatchObject({ code: 0 })
      expect(await ended).toEqual([0, null])

      const table = async (file: string) => parse(await stage.read(join(stage.config, file)))
      const { repositories } = await table('config.toml')
      expect(repositories).toMatchObject({ ...entries('often', 60, url), ...entries('real', 2, url) })
      const logins = entries('often', 60, (i) => ({ password: `secret-${i}` }))
      expect((await table('auth.toml'))['http-basic']).toMatchObject(logins)
      // Poetry may have lost our lines, by writing what it read before: the next run mends that.
      expect(await stage.caSync([])).toMatchObject({ code: 0 })
      expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
    } finally {
      await stage.close()
    }
  },
)
