import { poetry } from '../../scripts/testbed/poetry.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import type { Stage } from './stage.ts'

/** Runs a command on a terminal of its own; types Ctrl-C once the words are seen. */
const ON_TERMINAL = `
import os, pty, sys
words, seen = sys.argv[1].encode(), b''
def read(fd):
    global words, seen
    data = os.read(fd, 1024)
    seen += data
    if words and words in seen:
        words = b''
        os.write(fd, b'\\x03')
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))
`

interface TerminalCall {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Ctrl-C is typed once this text is seen. */
  readonly interruptAt?: string
}

/** What a terminal gets to see of a command, stdout and stderr in one; its lines end in `\n`. */
export async function onTerminal(
  { env, project }: Stage,
  command: readonly string[],
  { env: more = {}, interruptAt = '' }: TerminalCall = {},
): Promise<Pick<RunResult, 'code'> & { text: string }> {
  const around = { ...env, TERM: 'xterm', ...more }
  const words = ['-I', '-c', ON_TERMINAL, interruptAt, ...command]
  const { code, stdout } = await run(poetry('2.5').python, words, { env: around, cwd: project })
  return { code, text: stdout.replaceAll('\r\n', '\n') }
}

/** What is left to read on the terminal at the end: of a line that was wiped, only what came after. */
export const left = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.split('\r\u001b[K').at(-1))
    .join('\n')
