import { win32 } from 'node:path'
import { CaSyncError } from '../core/words/errors.ts'
import { system32 } from '../files/places.ts'
import type { Around } from '../programs/environment.ts'
import { type Ran, runHelper } from '../programs/start.ts'

/** Runs a tool of the operating system. @throws CaSyncError SCHEDULER_FAILED when it does not end in time */
export type Run = (command: string, args: readonly string[], input?: Buffer) => Promise<Ran>

/**
 * Messages come in English, and the user's systemd is found from a bare shell, too.
 * @param limitMs - after this many milliseconds the tool is killed
 */
export function runner(around: Around, limitMs = 20_000): Run {
  const { env, platform, uid } = around
  const runtime = env['XDG_RUNTIME_DIR'] || (uid === undefined ? undefined : `/run/user/${uid}`)
  const variables = { LC_ALL: 'C', XDG_RUNTIME_DIR: runtime }
  return async (command, args, input) => {
    // Git for Windows, for one, has a whoami of its own on PATH.
    const program = platform === 'win32' ? win32.join(system32(env), `${command}.exe`) : command
    const ran = await runHelper([program, ...args], around, { limitMs, input, variables })
    if (!ran.isLate) return ran
    const what = `\`${[command, ...args].join(' ')}\` did not end within ${limitMs / 1000} s.`
    throw new CaSyncError('SCHEDULER_FAILED', what, {
      hint: 'Try it by hand to see what it waits for, then run this again.',
    })
  }
}

/** Runs a tool that has to succeed. @throws CaSyncError SCHEDULER_FAILED */
export async function must(run: Run, command: string, args: readonly string[], input?: Buffer): Promise<Ran> {
  const ran = await run(command, args, input)
  if (ran.code !== 0) throw runFailure(command, args, ran)
  return ran
}

export function runFailure(command: string, args: readonly string[], { code, stderr, stdout }: Ran): CaSyncError {
  const said = (stderr.trim() || stdout.toString('utf8').trim()).split('\n').slice(0, 3).join(' ')
  const how = code === undefined ? 'is not on this machine' : `failed (exit code ${code})`
  const what = `\`${[command, ...args].join(' ')}\` ${how}${said === '' ? '.' : `: ${said}`}`
  return new CaSyncError('SCHEDULER_FAILED', what, {
    hint: 'Correct that and run this again; ca-sync schedule install --print shows what would be installed.',
  })
}
