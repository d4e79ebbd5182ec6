import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { snapshot } from '../../../__tests__/e2e/files.ts'
import { badPyprojects } from '../../../__tests__/poetry/files/bad-pyprojects.ts'
import { pick, type Random } from '../../random.ts'
import { run } from '../../testbed/run.ts'
import type { Bench } from '../bench.ts'
import { expectNothingLeft, expectUnharmed, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'

/** Whatever a run could have changed or asked. */
const evidence = async ({ box, oracle, emulator }: Bench): Promise<string> =>
  JSON.stringify([await snapshot(box.home), await oracle.services(), emulator.calls.length])

/** A project that says nothing good: it is named, and nothing is changed or asked. */
const refused = (name: string, make: (file: string, bench: Bench) => Promise<unknown>): Try => ({
  name,
  async run(bench) {
    const folder = await bench.makeProject('bad', '')
    const file = join(folder, 'pyproject.toml')
    await run('rm', ['-rf', file], { env: bench.env })
    await make(file, bench)
    const before = await evidence(bench)
    const said = await bench.caSync(['--json'], { cwd: folder })
    must(said.code === 3 && said.stderr.includes(folder), `it ended with ${said.code}: ${said.stderr}`)
    must((await evidence(bench)) === before, 'it changed or asked something')
    await expectUnharmed(bench, [said])
    await run('rm', ['-rf', folder], { env: bench.env })
  },
})

const shell =
  (script: string) =>
  (file: string, { env }: Bench) =>
    run('sh', ['-c', script, 'sh', file], { env })

/** What stands in place of the file. */
const inPlace: readonly Try[] = [
  refused('a folder', shell('mkdir "$1"')),
  refused('a pipe', shell('mkfifo "$1"')),
  refused('a link to itself', shell('ln -s pyproject.toml "$1"')),
  refused('an endless device', shell('ln -s /dev/zero "$1"')),
  refused('a terminal', shell('ln -s /dev/tty "$1"')),
  refused('a device that is full', shell('ln -s /dev/full "$1"')),
  refused('a file of the kernel', shell('ln -s /proc/self/mem "$1"')),
  refused('a sparse terabyte', shell('truncate -s 1T "$HOME/../terabyte"; ln -s "$HOME/../terabyte" "$1"')),
]

const count = 60

/** Cuts, doubles, or replaces something somewhere. */
function damaged(text: string, random: Random): string {
  const [from, to] = [random(), random()].map((share) => Math.floor(share * text.length)).sort((a, b) => a - b) as [
    number,
    number,
  ]
  const signs = ['"', '[', ']', '=', '\n', '\\', '\u0000', '\ud800', '{', "'''", '#', '.', '\u202e', '🧨']
  return pick(random, [
    () => text.slice(0, from),
    () => text.slice(0, from) + text.slice(to),
    () => text.slice(0, to) + text.slice(from),
    () => text.slice(0, from) + pick(random, signs) + text.slice(from),
    () => text.slice(0, from) + pick(random, signs).repeat(1000) + text.slice(from + 1),
  ])()
}

/** A good project after an accident: it works, or the accident is told. */
const accident = (index: number): Try => ({
  name: `accident ${index}`,
  async run(bench, random) {
    const good = await bench.read(join(bench.project, 'pyproject.toml'))
    const folder = await bench.makeProject('hurt', '')
    await writeFile(join(folder, 'pyproject.toml'), damaged(good, random))
    const said = await bench.caSync(['--unattended'], { cwd: folder })
    must(said.code !== null && said.code !== 1, `it ended with ${said.code ?? said.signal}: ${said.stderr}`)
    await expectUnharmed(bench, [said])
    await expectNothingLeft(bench)
  },
})

export const projects: Part = {
  name: 'projects',
  seconds: 40,
  tries: () => [
    ...badPyprojects.map(({ title, content }) => refused(title, (file) => writeFile(file, content))),
    ...inPlace,
    ...Array.from({ length: count }, (_, index) => accident(index)),
  ],
}
