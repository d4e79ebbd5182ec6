import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join, win32 } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { checkout } from '../testbed/checkout.ts'
import { bundle } from './bundle.ts'
import type { WindowsMachine, WindowsResult } from './run.ts'
import { type Asked, askAt } from './talk.ts'

const template = checkout('.cache', 'windows', 'prefix')
const program = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/usr/bin/wine'].find(existsSync) ?? 'wine'
const server = ['/usr/lib/wine/wineserver', '/usr/bin/wineserver'].find(existsSync) ?? 'wineserver'

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
  // Under wine 8 a Node with threads of its own may never end when the machine is busy.
  const NODE_OPTIONS = '--v8-pool-size=0'
  const env = { PATH, HOME, LANG: 'C.UTF-8', WINEPREFIX: prefix, NODE_OPTIONS, ...settings }
  const drive = join(prefix, 'drive_c')
  const { ask, hangUp } = await startAgent(drive, env)
  const given = (await ask('env')) as WindowsMachine['env']
  return {
    env: given,
    home: given['USERPROFILE'] ?? '',
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
    run: async (call) => (await ask(call)) as WindowsResult,
    async close() {
      hangUp()
      await promisify(execFile)(server, ['--kill'], { env }).catch(() => undefined)
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startAgent(drive: string, env: Record<string, string | undefined>): Promise<Asked> {
  const script = 'agent.cjs'
  await bundle('agent', join(drive, script))
  return askAt(async (port) => {
    const line = `C:\\node\\node.exe C:\\${script} ${port} >C:\\agent.txt 2>&1 <NUL`
    await once(spawn(program, ['cmd', '/c', line], { env, stdio: 'ignore' }), 'exit')
    throw new Error(`wine did not start: see ${drive}/agent.txt`)
  })
}
