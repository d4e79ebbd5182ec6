import { execFile } from 'node:child_process'
import { CaSyncError } from '../core/errors.ts'

export interface Ran {
  /** undefined when there is no such program. */
  readonly code: number | undefined
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs a tool of the operating system. @throws CaSyncError SCHEDULER_FAILED when it does not end in time */
export type Run = (command: string, args: readonly string[], input?: Buffer) => Promise<Ran>

/** @param limitMs - after this many milliseconds the tool is killed */
export const runner =
  (env: Readonly<Record<string, string | undefined>>, limitMs = 20_000): Run =>
  (command, args, input) =>
    new Promise((resolve, reject) => {
      const options = { env, encoding: 'buffer', timeout: limitMs, killSignal: 'SIGKILL', windowsHide: true } as const
      const child = execFile(command, args, options, (error, stdout, stderr) => {
        if (error?.killed) return reject(silent([command, ...args].join(' '), limitMs))
        const code = error === null ? 0 : error.code
        resolve({ code: typeof code === 'number' ? code : undefined, stdout, stderr: stderr.toString('utf8') })
      })
      child.stdin?.on('error', () => undefined) // it may end without reading
      child.stdin?.end(input)
    })

const silent = (command: string, limitMs: number): CaSyncError =>
  new CaSyncError(
    'SCHEDULER_FAILED',
    `\`${command}\` did not end within ${limitMs / 1000} s.`,
    'Try it by hand to see what it waits for, then run this again.',
  )

/** Runs a tool that has to succeed. @throws CaSyncError SCHEDULER_FAILED */
export async function must(run: Run, command: string, args: readonly string[], input?: Buffer): Promise<Ran> {
  const ran = await run(command, args, input)
  if (ran.code !== 0) throw failure(command, args, ran)
  return ran
}

export function failure(command: string, args: readonly string[], { code, stderr, stdout }: Ran): CaSyncError {
  const said = (stderr.trim() || stdout.toString('utf8').trim()).split('\n').slice(0, 3).join(' ')
  const how = code === undefined ? 'is not on this machine' : `failed (exit code ${code})`
  return new CaSyncError(
    'SCHEDULER_FAILED',
    `\`${[command, ...args].join(' ')}\` ${how}${said === '' ? '.' : `: ${said}`}`,
    'Correct that and run this again; ca-sync schedule install --print shows what would be installed.',
  )
}
