import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Box, openBox } from '../../../scripts/testbed/box.ts'
import { type PoetryLine, poetry } from '../../../scripts/testbed/poetry.ts'
import { run } from '../../../scripts/testbed/run.ts'
import type { HandoverRequest, HandoverSession, LookUp } from '../../../src/core/ports/poetry-python.ts'
import { openHandover } from '../../../src/poetry/keyring/handover.ts'
import type { TalkOptions } from '../../../src/poetry/keyring/talk.ts'
import { until } from '../../helpers/until.ts'

export const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
export const url = `https://${host}/pypi/my-repo/`
export const token = `eyJ${'a1B2'.repeat(340)}`

const lookUp = (name: string, password = token): LookUp => ({ name, url, username: 'aws', password })

/** What sync asks for: one entry under the host, none under the name, and Poetry's look-up of it. */
export const request = (names: readonly string[] = ['dev'], password = token): HandoverRequest => ({
  remove: names.map((name) => ({ service: `poetry-repository-${name}`, username: 'aws' })),
  write: [{ service: host, username: 'aws', password }],
  check: names.map((name) => lookUp(name, password)),
})

/** Boxes and sessions that a test file closes at its end. */
const opened: { close(): unknown }[] = []
export const closeAll = async () => {
  for (const each of opened.splice(0)) await each.close()
}

export async function box(keyring?: Parameters<typeof openBox>[0]): Promise<Box> {
  const made = await openBox(keyring)
  opened.unshift(made)
  return made
}

export function handover(at: Box, options: Partial<TalkOptions> = {}): HandoverSession {
  const session = openHandover({
    python: poetry('2.5').python,
    env: at.env,
    platform: process.platform,
    uid: process.getuid?.(),
    projects: [at.home],
    unattended: true,
    budgetMs: 20_000,
    now: () => performance.now(),
    ...options,
  })
  opened.unshift(session)
  return session
}

/** Probe, apply, close. */
export async function handOver(at: Box, what: HandoverRequest, options: Partial<TalkOptions> = {}) {
  const session = handover(at, options)
  await session.probe()
  const result = await session.apply(what)
  session.close()
  return result
}

/** Failing as data: the codes of the names that are not ready. */
export const codes = ({ failed }: { failed: ReadonlyMap<string, { code: string }> }) =>
  Object.fromEntries([...failed].map(([name, { code }]) => [name, code]))

/** A keyring call by hand, with the Poetry venv's own `keyring` program. */
export async function keyring(at: Box, args: readonly string[], input = '', line: PoetryLine = '2.5') {
  const { stdout } = await run(poetry(line).python, ['-m', 'keyring', ...args], { env: at.env, input, cwd: '/' })
  return stdout.trim()
}

/** A venv that sees the packages of a real Poetry, preceded by `first` on sys.path. */
export async function venvWith(at: Box, first: string, line: PoetryLine = '2.5'): Promise<string> {
  const venv = join(at.dir, `venv-${Math.random().toString(36).slice(2)}`)
  const { python } = poetry(line)
  await run(python, ['-m', 'venv', '--without-pip', venv], { env: at.env })
  const lib = (of: string) => join(of, 'lib', readdirSync(join(of, 'lib'))[0] as string, 'site-packages')
  await writeFile(join(lib(venv), 'a.pth'), `${first}\n${lib(dirname(dirname(python)))}\n`)
  return join(venv, 'bin', 'python')
}

/** Poetry's Python with a keyring backend of our own making, which tells in `<box>/kept.json` what it holds. */
export async function withBackend(at: Box, methods: string): Promise<Partial<TalkOptions>> {
  const folder = join(at.dir, `backend-${Math.random().toString(36).slice(2)}`)
  const store = `import json, os, time
from keyring.backend import KeyringBackend
from keyring.errors import *

class Kept(dict):
    def tell(self): open('${at.dir}/kept.json', 'w').write(json.dumps({service: self[service, user] for service, user in self}))
    def __setitem__(self, key, value): super().__setitem__(key, value); self.tell()
    def __delitem__(self, key): super().__delitem__(key); self.tell()

class Keyring(KeyringBackend):
    priority = 9
    kept = Kept()
    def get_password(self, service, username): return self.kept.get((service, username))
    def set_password(self, service, username, password): self.kept[service, username] = password
    def delete_password(self, service, username): del self.kept[service, username]
`
  await mkdir(folder)
  await writeFile(join(folder, 'test_backend.py'), store + methods.replaceAll(/^/gm, '    '))
  const env = { ...at.env, PYTHON_KEYRING_BACKEND: 'test_backend.Keyring' }
  return { python: await venvWith(at, folder), env }
}

/** The handover, once there is one. */
export const oneHandover = (parent?: number): Promise<number> =>
  until(() => {
    const [pid, ...others] = handoverPids(parent)
    return others.length === 0 && pid
  })

/** Waits until no handover runs. */
export const noHandover = (): Promise<boolean> => until(() => handoverPids().length === 0)

/** The pids of the handovers that run under a process: from when sh has become Python, since /proc tells nothing of a process while it becomes another. */
export function handoverPids(parent = process.pid): number[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const isHandover = (words: string) => words.includes('ca_sync.') && !words.startsWith('/bin/sh')
  return children.map(Number).filter((pid) => isHandover(proc(pid, 'cmdline')))
}

export const proc = (pid: number, file: 'cmdline' | 'environ'): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** Waits until a process has ended: as a zombie, too, it has no words. */
export const isGone = (pid: number): Promise<boolean> =>
  until(() => !existsSync(`/proc/${pid}`) || proc(pid, 'cmdline') === '')
