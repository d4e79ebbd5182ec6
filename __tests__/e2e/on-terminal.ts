import { poetry } from '../../scripts/testbed/poetry.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import type { Stage } from './stage.ts'

/** Runs a command on a terminal of its own, and types each answer once its question is seen. */
const ON_TERMINAL = `
import json, os, pty, sys
answers, seen = json.loads(sys.argv[1]), b''
def read(fd):
    global seen
    data = os.read(fd, 1024)
    seen += data
    if answers and answers[0][0].encode() in seen:
        seen = b''
        os.write(fd, answers.pop(0)[1].encode())
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))
`

const ctrlC = '\x03'

interface TerminalCall {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Ctrl-C is typed once this text is seen. */
  readonly interruptAt?: string
  /** What is typed, each once its text is seen. */
  readonly answers?: readonly (readonly [seen: string, typed: string])[]
}

/** What a terminal gets to see of a command, stdout and stderr in one; its lines end in `\n`. */
export async function onTerminal(
  { env, project }: Stage,
  command: readonly string[],
  { env: more = {}, cwd = project, interruptAt, answers = [] }: TerminalCall = {},
): Promise<Pick<RunResult, 'code'> & { text: string }> {
  const around = { ...env, TERM: 'xterm', ...more }
  const typed = interruptAt === undefined ? answers : [[interruptAt, ctrlC]]
  const words = ['-I', '-c', ON_TERMINAL, JSON.stringify(typed), ...command]
  const { code, stdout } = await run(poetry('2.5').python, words, { env: around, cwd })
  return { code, text: stdout.replaceAll('\r\n', '\n') }
}

/** What is left to read on the terminal at the end, without its colours: of a line that was wiped, only what came after. */
export const left = (text: string): string =>
  text
    .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d*m`, 'g'), '')
    .split('\n')
    .map((line) => line.split('\r\u001b[K').at(-1))
    .join('\n')
