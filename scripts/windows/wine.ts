import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join, win32 } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { checkout } from '../testbed/checkout.ts'
import type { Answer } from './agent.ts'
import type { WindowsCall, WindowsMachine, WindowsResult } from './run.ts'

const template = checkout('.cache', 'windows', 'prefix')
const program = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/usr/bin/wine'].find(existsSync) ?? 'wine'
const server = ['/usr/lib/wine/wineserver', '/usr/bin/wineserver'].find(existsSync) ?? 'wineserver'

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
  const { env: given, run, hangUp } = await startAgent(drive, env)
  return {
    env: given,
    home: given['USERPROFILE'] ?? '',
    node: 'C:\\node\\node.exe',
    scripts: 'C:\\python\\Scripts',
    python: 'C:\\python\\python.exe',
    // A venv would lack the DLLs that are beside this Python.
    settings: { POETRY_VIRTUALENVS_CREATE: 'false' },
    checkout: `Z:${process.cwd().replaceAll('/', '\\')}`,
    local: (path) => join(drive, win32.normalize(path).replace(/^c:/i, '').replaceAll('\\', '/')),
    run,
    async close() {
      hangUp()
      await promisify(execFile)(server, ['--kill'], { env }).catch(() => undefined)
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startAgent(drive: string, env: Record<string, string | undefined>) {
  const script = 'agent.cjs'
  await build({
    entryPoints: [checkout('scripts/windows/agent.ts')],
    outfile: join(drive, script),
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const line = `C:\\node\\node.exe C:\\${script} ${port} >C:\\agent.txt 2>&1 <NUL`
  const wine = spawn(program, ['cmd', '/c', line], { env, stdio: 'ignore' })
  const ended = once(wine, 'exit').then(() => Promise.reject(new Error(`wine did not start: see ${drive}/agent.txt`)))
  ended.catch(() => undefined)
  const [socket] = (await Promise.race([once(listener, 'connection'), ended])) as [Socket]
  listener.close()
  return talk(socket, ended)
}

async function talk(socket: Socket, ended: Promise<never>) {
  const waiting = new Map<number, (answer: Answer) => void>()
  let calls = 0
  const first = new Promise<Answer>((resolve) => waiting.set(0, resolve))
  createInterface({ input: socket }).on('line', (text) => {
    const answer = JSON.parse(text) as Answer
    waiting.get('id' in answer ? answer.id : 0)?.(answer)
  })
  const hello = await Promise.race([first, ended])
  return {
    env: 'env' in hello ? hello.env : {},
    async run(call: WindowsCall): Promise<WindowsResult> {
      calls += 1
      const id = calls
      const reply = new Promise<Answer>((resolve) => waiting.set(id, resolve))
      socket.write(`${JSON.stringify({ id, ...call })}\n`)
      const answer = await Promise.race([reply, ended])
      if ('result' in answer) return answer.result
      throw new Error('error' in answer ? answer.error : 'wine gave no answer')
    },
    hangUp: () => socket.destroy(),
  }
}
