import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join, win32 } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { checkout } from '../testbed/checkout.ts'
import { bundle } from './bundle.ts'
import type { WindowsMachine, WindowsResult } from './run.ts'
import { type Asked, askAt, Unheard } from './talk.ts'

const template = checkout('.cache', 'windows', 'prefix')
const program = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/usr/bin/wine'].find(existsSync) ?? 'wine'
export const server = ['/usr/lib/wine/wineserver', '/usr/bin/wineserver'].find(existsSync) ?? 'wineserver'

const onZ = (path: string): string => `Z:${path.replaceAll('/', '\\')}`

/** A Windows of its own: the files of the one that setup.sh made are linked, not copied. */
export async function openWine(): Promise<WindowsMachine> {
  const dir = await mkdtemp(checkout('.cache', 'windows', 'box-'))
  const prefix = join(dir, 'prefix')
  await promisify(execFile)('cp', ['-al', template, prefix])
  // The registry is written in place.
  for (const name of await readdir(template))
    if (name.endsWith('.reg')) {
      await rm(join(prefix, name))
      await copyFile(join(template, name), join(prefix, name))
    }
  const { PATH, HOME } = process.env
  const settings = { WINEARCH: 'win64', WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree=d;mshtml=d' }
  const env = { PATH, HOME, LANG: 'C.UTF-8', WINEPREFIX: prefix, ...settings }
  const drive = join(prefix, 'drive_c')
  const ended = serve(env)
  ended.catch(() => undefined)
  let agent: Asked | undefined
  const close = async () => {
    agent?.hangUp()
    await promisify(execFile)(server, ['--kill'], { env }).catch(() => undefined)
    await ended.catch(() => undefined)
    await endRest(prefix)
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    agent = await startAgent(drive, env, ended)
    return { ...machineAt(drive, agent, (await agent.ask('env', longestMs)) as WindowsMachine['env']), close }
  } catch (error) {
    await close()
    throw error
  }
}

const machineAt = (drive: string, agent: Asked, env: WindowsMachine['env']): Omit<WindowsMachine, 'close'> => ({
  env,
  home: env['USERPROFILE'] ?? '',
  node: 'C:\\node\\node.exe',
  scripts: 'C:\\python\\Scripts',
  python: 'C:\\python\\python.exe',
  uvToolInstall: [
    ...(['C:\\python\\Scripts\\uv.exe', 'tool', 'install', '--python', 'C:\\python\\python.exe'] as const),
    ...['--offline', '--no-index', '--find-links', onZ(checkout('.cache', 'windows', 'downloads', 'wheels'))],
  ],
  // A venv would lack the DLLs that are beside this Python.
  settings: { POETRY_VIRTUALENVS_CREATE: 'false' },
  checkout: onZ(checkout()),
  local: (path) => join(drive, win32.normalize(path).replace(/^c:/i, '').replaceAll('\\', '/')),
  run: async (call) => (await agent.ask(call, call.timeoutMs + longestMs)) as WindowsResult,
})

/** What the agent takes at most for all but a program, in milliseconds: it ends one that takes longer than it may. */
const longestMs = 60_000

/**
 * The server that all programs of a wine talk to. On a busy machine wine 8's crashes at times, and the programs then wait for it for ever. It lives
 * a minute longer than they do. @throws Unheard once it has ended
 */
async function serve(env: NodeJS.ProcessEnv): Promise<never> {
  const child = spawn(server, ['--foreground', '--persistent=60'], { env, detached: true, stdio: 'ignore' })
  const [code, signal] = await once(child, 'exit')
  throw new Unheard(`wine's server has ended (${signal ?? code})`)
}

/** Ends what still runs in a wine whose server has crashed. */
async function endRest(prefix: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // The first thread may be gone, and others of the process wait.
    const [thread] = (await readdir(`/proc/${pid}/task`).catch(() => [])).slice(-1)
    const environment = await readFile(`/proc/${pid}/task/${thread}/environ`, 'utf8').catch(() => '')
    if (!environment.split('\0').includes(`WINEPREFIX=${prefix}`)) continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // it has ended meanwhile
    }
  }
}

async function startAgent(drive: string, env: NodeJS.ProcessEnv, ended: Promise<never>): Promise<Asked> {
  const script = 'agent.cjs'
  await bundle('agent', join(drive, script))
  return askAt(async (port) => {
    const line = `C:\\node\\node.exe C:\\${script} ${port} >C:\\agent.txt 2>&1 <NUL`
    await Promise.race([once(spawn(program, ['cmd', '/c', line], { env, stdio: 'ignore' }), 'exit'), ended])
    throw new Unheard(`wine has ended: see ${drive}/agent.txt`)
  })
}
