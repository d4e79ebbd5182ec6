import { execFile } from 'node:child_process'
import { parse } from 'node:path'
import { promisify } from 'node:util'
import { type Env, withoutSecrets } from './environment.ts'

const LIMIT_MS = 15_000

// Nothing is imported from a relative entry of sys.path; Poetry may be in the user's own site-packages, so not `-I`.
const script = `import os,sys
sys.path[:]=filter(os.path.isabs,sys.path)
from poetry.__version__ import __version__
print(__version__)`

/** Poetry's version by its own Python, started at the root of the file system; undefined when it does not say. */
export async function readVersion(python: string, env: Env): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-B', '-c', script], {
      cwd: parse(python).root,
      env: withoutSecrets(env),
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    return /^\d+\.\d+[\w.+-]*$/m.exec(stdout)?.[0]
  } catch {
    return undefined
  }
}
