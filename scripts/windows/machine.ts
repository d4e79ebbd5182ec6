import { join } from 'node:path'
import process from 'node:process'
import { checkout } from '../testbed/checkout.ts'
import { runOnWindows, type WindowsMachine } from './run.ts'

/** One set of tests for both: real Windows where that is what this is, else wine. */
export async function openWindows(): Promise<WindowsMachine> {
  return process.platform === 'win32' ? thisMachine() : (await import('./wine.ts')).openWine()
}

function thisMachine(): WindowsMachine {
  const scripts = checkout('.cache', 'poetry-2.5', 'Scripts')
  return {
    env: process.env,
    home: process.env['USERPROFILE'] ?? '',
    node: process.execPath,
    scripts,
    python: join(scripts, 'python.exe'),
    uvToolInstall: [join(scripts, 'uv.exe'), 'tool', 'install'],
    settings: {},
    checkout: process.cwd(),
    local: (path) => path,
    run: runOnWindows,
    close: async () => undefined,
  }
}
