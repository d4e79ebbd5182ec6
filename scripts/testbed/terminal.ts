import { poetry } from './poetry.ts'
import { type RunResult, run } from './run.ts'

/** Runs a command on a terminal of its own, of so many columns. */
const ON_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 50, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly columns: number
}

/** What a terminal gets to see of a command, stdout and stderr in one; its lines end in `\n`, wiped lines are gone. */
export async function seenOnTerminal(
  command: readonly string[],
  { env, cwd, columns }: Terminal,
): Promise<Pick<RunResult, 'code'> & { readonly text: string }> {
  const words = ['-I', '-c', ON_TERMINAL, String(columns), ...command]
  const { code, stdout } = await run(poetry('2.5').python, words, {
    env: { LANG: 'C.UTF-8', ...env, TERM: 'xterm' },
    cwd,
  })
  const lines = stdout.replaceAll('\r\n', '\n').split('\n')
  return { code, text: lines.map((line) => line.split('\r\u001b[K').at(-1)).join('\n') }
}
