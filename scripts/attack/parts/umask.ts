import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { checkout } from '../../testbed/checkout.ts'
import { run } from '../../testbed/run.ts'
import type { Bench } from '../bench.ts'
import { expectRun, expectWell, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'
import { prepare, type Scene, writing } from '../scenes.ts'

const umasks = ['000', '022', '077', '777']

const trying = (umask: string, scene: Scene): Try => ({
  name: `${scene.title} under ${umask}`,
  async run(bench) {
    await prepare(bench, scene)
    const program = [process.execPath, checkout('dist/main.cjs'), ...scene.words]
    const said = await run('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', ...program], {
      env: bench.env,
      cwd: bench.project,
    })
    expectRun(scene.title, said, bench)
    await expectModes(bench)
    await expectWell(bench, [said])
  },
})

/** What ca-sync made is its user's own, to read and to write: 0600, and 0700 for a folder. Files of the user's keep their mode, which is 0600. */
async function expectModes({ state, config }: Bench): Promise<void> {
  const paths = [[state, '700'], ...(await inside(state)), ...(await inside(config))] as const
  for (const [path, wanted] of paths) {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) continue
    const mode = (found.mode & 0o777).toString(8)
    must(mode === wanted, `${path} has mode ${mode}`)
  }
}

const inside = async (folder: string): Promise<[string, string][]> =>
  (await readdir(folder).catch(() => [])).map((name) => [join(folder, name), '600'])

export const umask: Part = {
  name: 'umask',
  seconds: 30,
  tries: () => umasks.flatMap((mask) => writing.map((scene) => trying(mask, scene))),
}
