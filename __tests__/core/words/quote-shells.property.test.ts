// Needs zsh and fish.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { run } from '../../../scripts/testbed/run.ts'
import { jobWords } from '../../../src/core/ports/schedule.ts'
import {
  commandWords,
  fishQuote,
  posixQuote,
  powershellQuote,
  printableLines,
  shellWord,
} from '../../../src/core/words/quote.ts'
import { cronBlock } from '../../../src/schedule/cron.ts'
import { formats } from '../../../src/shell/formats.ts'
import { fc, runs, seed } from '../../helpers/property.ts'
import { job } from '../../schedule/jobs.ts'

/** All that a variable or an argument can hold: no zero, and whole characters. */
const words = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom(...`'"\\\`$!#%&*?~=:;|<>()[]{}^ \t\n\r-@ab1é中😀`, '$(', '${', '\\n', '!!', "\\'"),
    }),
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[=~%^@+-][\w=/:~-]{0,4}$/),
    fc.string({ unit: fc.integer({ min: 1, max: 0x2fff }).map((code) => String.fromCodePoint(code)) }),
  )
  .filter((word) => !word.includes('\0') && !/\p{Cs}/u.test(word))

const env = { PATH: process.env['PATH'], HOME: '/', LANG: 'C.UTF-8' }
const samples = fc.sample(words, { numRuns: runs, seed })

/** What a shell makes of many words: each is printed with a zero behind it. */
async function seenBy([program = '', ...options]: readonly string[], script: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ca-sync-quoting-'))
  try {
    const file = join(folder, 'script')
    await writeFile(file, script)
    const { stdout, stderr } = await run(program, [...options, file], { env })
    expect(stderr).toBe('')
    return stdout.split('\0').slice(0, -1)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const printed = (quote: (word: string) => string): string =>
  samples.map((word) => `printf '%s\\0' ${quote(word)}\n`).join('')

const posix = [
  ['sh', ['sh']],
  ['bash', ['bash', '--norc']],
  ['bash with the history of a prompt', ['bash', '--norc', '-H']],
  ['zsh', ['zsh', '-f']],
] as const

describe.each(posix)('%s gets every word as it is', (_, shell) => {
  test('in a script', async () => {
    expect(await seenBy(shell, printed(posixQuote))).toEqual(samples)
  })

  test('in a command that is to be typed', async () => {
    expect(await seenBy(shell, printed(shellWord))).toEqual(samples)
  })

  test('in one that a terminal shows, and a mouse copies', async () => {
    expect(
      await seenBy(
        shell,
        printed((word) => printableLines(shellWord(word))),
      ),
    ).toEqual(samples)
    for (const sample of samples.filter((each) => !/\s/.test(each)))
      expect(commandWords(`ca-sync -C ${shellWord(`/${sample}`)}`)?.at(-1) ?? `/${sample}`).toBe(`/${sample}`)
  })

  test('in its variables', async () => {
    const script = samples.map((value) => `${formats.sh({ A: value })}printf '%s\\0' "$A"\n`).join('')
    expect(await seenBy(shell, script)).toEqual(samples)
  })
})

test('fish gets every word as it is', async () => {
  expect(await seenBy(['fish', '--no-config'], printed(fishQuote))).toEqual(samples)
  const script = samples.map((value) => `${formats.fish({ A: value })}printf '%s\\0' "$A"\n`).join('')
  expect(await seenBy(['fish', '--no-config'], script)).toEqual(samples)
})

test("a line of cron reaches the program as it is, through cron's reading and the shell's", async () => {
  const paths = samples.filter((word) => !/[\\\n\r]/.test(word))
  const script = paths.map((path) => {
    const [, line = ''] = cronBlock(job({ node: '/bin/echo', program: path, env: {} })).split('\n')
    const command = line.replace(/^(?:\S+ ){5}/, '').replaceAll('\\%', '%')
    return `${command.replace("'/bin/echo'", "printf '%s\\0'")}\n`
  })
  expect(await seenBy(['sh'], script.join(''))).toEqual(paths.flatMap((path) => [path, ...jobWords]))
})

/** about_Quoting_Rules: in double quotes a backtick escapes, and `$(…)` is what it comes to. */
function powershellReads(quoted: string): string {
  expect(quoted).toMatch(/^"(?:`[`$"]|\$\(\[char\]0x[\da-f]{1,4}\)|[^`$"])*"$/)
  expect(quoted).toMatch(/^[ -~]*$/)
  return quoted
    .slice(1, -1)
    .replaceAll(
      /`(.)|\$\(\[char\]0x([\da-f]+)\)/g,
      (_, char?: string, code = '') => char ?? String.fromCharCode(Number.parseInt(code, 16)),
    )
}

test('PowerShell gets every word as it is, whatever the code page', () => {
  for (const word of samples) expect(powershellReads(powershellQuote(word))).toBe(word)
})
