import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { oddValues, placesIn, put } from '../../../__tests__/core/memory/odd-states.ts'
import { oddPlaces } from '../../../__tests__/helpers/odd-places.ts'
import { pick, type Random } from '../../random.ts'
import type { Bench } from '../bench.ts'
import { expectNoSecretLeft, expectPoetryServed, expectUnharmed, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'

/** Any of these may meet it. */
const commands = [
  [],
  ['--force'],
  ['--all', '--unattended', '--quiet'],
  ['status'],
  ['doctor'],
  ['sources'],
  ['exec', '--', 'true'],
  ['env', '--format', 'json'],
  ['--all', '--dry-run'],
  ['schedule', 'status'],
  ['logout', '-s', 'dev'],
  ['logout', '--all'],
]

/** Whatever is in its place, no command takes it for a bug, and a run heals it; of what was lost, lines in Poetry's files may stay. */
const damaged = (name: string, damage: (file: string, random: Random, bench: Bench) => Promise<unknown>): Try => ({
  name,
  async run(bench, random) {
    const file = join(bench.state, 'state.json')
    await bench.caSync([])
    await bench.caSync(['exec', '--', 'true'])
    await damage(file, random, bench)
    const words = pick(random, commands)
    const met = await bench.caSync(words, { timeoutMs: 60_000 })
    const nonsense = /.*(?:\bbug\b|undefined|\bNaN|\[object|Invalid Date).*/.exec(met.stderr)?.[0]
    must(met.code !== null && met.code !== 1 && nonsense === undefined, `${words.join(' ')}: ${met.code} ${met.stderr}`)
    await expectUnharmed(bench, words[0] === 'env' ? [] : [met])
    let next = await bench.caSync([])
    if (next.code === 3) {
      // A state that nobody can read is its owner's to take away, as the message says.
      await rm(file, { recursive: true, force: true })
      next = await bench.caSync([])
    }
    must(next.code === 0 && !/^error/m.test(next.stderr), `the next run: ${next.code} ${next.stderr}`)
    const again = await bench.caSync([])
    must(/^Nothing to do/.test(again.stdout), `the run after it: ${again.code} ${again.stdout}${again.stderr}`)
    await expectPoetryServed(bench)
    await expectUnharmed(bench, [next, again])
    await expectNoSecretLeft(bench)
  },
})

const count = 80

/** Something odd in one place of a real state. */
const odd = (index: number): Try =>
  damaged(`an odd value ${index}`, async (file, random, { read }) => {
    const state: unknown = JSON.parse(await read(file))
    await writeFile(file, put(state, pick(random, placesIn(state)), pick(random, [...oddValues, undefined])))
  })

const changed = (name: string, change: (text: string, random: Random) => string | Uint8Array): Try =>
  damaged(name, async (file, random, { read }) => writeFile(file, change(await read(file), random)))

export const states: Part = {
  name: 'states',
  seconds: 90,
  tries: () => [
    ...Array.from({ length: count }, (_, index) => odd(index)),
    ...Array.from({ length: 10 }, (_, index) =>
      changed(`cut off ${index}`, (text, random) => text.slice(0, Math.floor(text.length * random()))),
    ),
    changed('empty', () => ''),
    changed('zero bytes', (text) => '\0'.repeat(text.length)),
    changed('a byte-order mark', (text) => `\ufeff${text}`),
    changed('UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
    changed('twice', (text) => text + text),
    changed('a newer version', (text) => text.replace('"version": 1', '"version": 2')),
    changed('another program of the same name', () => '{"version": 1, "serial": 7, "outputs": {}}'),
    changed('brackets', () => '['.repeat(100_000)),
    changed('2 MiB', (text) => text + ' '.repeat(2 ** 21)),
    // A link is its owner's, and stays.
    ...Object.entries(oddPlaces)
      .filter(([name]) => name !== 'a link that leads nowhere')
      .map(([name, place]) =>
        damaged(name, async (file) => {
          await rm(file)
          await place(file)
        }),
      ),
  ],
}
