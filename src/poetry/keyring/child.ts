import type { Host } from '../../core/ports/host.ts'
import type { PoetryPython } from '../../core/ports/poetry-python.ts'
import { isTable } from '../../core/project/document.ts'
import { orElse } from '../../core/words/or-else.ts'
import { isInside } from '../../files/place.ts'
import { atEnd } from '../../files/process.ts'
import type { Around } from '../../programs/environment.ts'
import { onLine } from '../../programs/lines.ts'
import { spawnHelper } from '../../programs/start.ts'
import backend from '../python/backend.py'
import { pythonVariables } from '../python/environment.ts'
import handover from '../python/handover.py'
import inspect from '../python/inspect.py'
import main from '../python/main.py'
import secretService from '../python/secret_service.py'
import talk from '../python/talk.py'
import unlock from '../python/unlock.py'
import type { BackendRival, Silence } from './problems.ts'

export type Message =
  | { readonly event: 'started' | 'waiting' | 'alive'; readonly rival?: BackendRival | null }
  | { readonly result: unknown }
  | { readonly problem: { readonly kind: string } }

export interface ChildEvents {
  readonly message: (message: Message) => void
  readonly gone: (why: Silence) => void
  readonly clean: (text: string) => string
}

export type Child = ReturnType<typeof startChild>

interface ChildOptions extends Around, PoetryPython, Pick<Host, 'early'> {
  readonly projects: readonly string[]
}

const STDERR_KEPT = 4000

/** How a message begins: what else is printed while Python starts, in lines or without an end, is none. */
const messageStart = 'ca-sync: '

/** Each after those that it imports. */
const modules = { talk, backend, secret_service: secretService, unlock, handover, inspect, main }

// Before anything is imported that a relative entry of sys.path could replace; the program comes first on stdin, so argv stays short.
const starter = `import os,sys
sys.path[:]=filter(os.path.isabs,sys.path)
import json,types
requests=os.fdopen(os.dup(0),'rb')
sys.modules['ca_sync']=types.ModuleType('ca_sync')
path,modules,projects,early,mark=json.loads(requests.readline().decode())
sys.path[:]=path or sys.path
for name,text in modules.items():
  module=sys.modules['ca_sync.'+name]=types.ModuleType('ca_sync.'+name)
  module.__package__='ca_sync'
  exec(compile(text,name+'.py','exec'),module.__dict__)`

/** @param early - it is to import what the first request will take */
function spawnPython(options: ChildOptions, detached: boolean, early: boolean): ReturnType<typeof spawnHelper> {
  const { python, start, projects } = options
  const variables = { ...pythonVariables(options, projects), ...start?.variables }
  const child = spawnHelper([python, ...(start?.flags ?? []), '-B', '-c', starter], options, { detached, variables })
  child.stdin.on('error', () => {}) // it has ended: 'close' tells
  const path = start?.path.filter((each) => !projects.some((project) => isInside(each, project))) ?? []
  child.stdin.write(`${JSON.stringify([path, modules, projects, early, messageStart])}\n`)
  return child
}

/** By all that decides how a Python runs. */
const keyOf = ({ python, start, projects, env }: ChildOptions): string =>
  JSON.stringify([python, start?.flags, start?.path, start?.variables, projects, env])

/** Poetry's Python will be asked soon, most likely: it starts, and ends with this program. @returns what gives it, once, to who wants such a one */
export function startEarly(options: ChildOptions): NonNullable<Host['early']> {
  const child = spawnPython(options, false, true).on('error', () => {})
  const [end, key] = [() => child.kill('SIGKILL'), keyOf(options)]
  let isFree = true
  atEnd(end)
  return (wanted) => {
    const isWanted = isFree && wanted === key && child.pid && child.exitCode === null && child.signalCode === null
    if (!isWanted && isFree) end()
    isFree = false
    return isWanted ? child : undefined
  }
}

/**
 * Starts the program of `python/` on Poetry's Python.
 * @param detached - without a terminal on which anything could ask
 */
export function startChild(options: ChildOptions, detached: boolean, events: ChildEvents) {
  const early = (detached ? undefined : options.early?.(keyOf(options))) as ReturnType<typeof spawnHelper> | undefined
  const child = early ?? spawnPython(options, detached, false)
  let stderr = ''
  let heard = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = events.clean(stderr + text).slice(-STDERR_KEPT) // in this order: half a secret would not be known for one
  })
  onLine(child.stdout, (line) => {
    if (!line.startsWith(messageStart)) return
    const message: Message | undefined = orElse(() => JSON.parse(line.slice(messageStart.length)), undefined)
    if (!isTable(message)) return // another program may print what begins like one
    heard = true
    events.message(message)
  })
  child.on('error', (error) => events.gone({ kind: 'unstartable', detail: error.message }))
  child.on('close', (code, signal) =>
    events.gone({ kind: 'ended', started: heard, detail: whyEnded(signal ?? `exit code ${code}`, stderr) }),
  )
  return {
    send: (request: unknown) => child.stdin.write(`${JSON.stringify(request)}\n`),
    /** SIGKILL. Safe at any time, and twice. */
    kill: () => {
      child.kill('SIGKILL')
      for (const stream of child.stdio) stream?.destroy() // a grandchild that holds a pipe must not hold us
    },
    /** The end of what it wrote to stderr. */
    stderr: () => stderr,
  }
}

/** With the last line that it wrote, which in Python names the error. */
const whyEnded = (how: string, stderr: string): string =>
  [how, stderr.trim().split('\n').at(-1)?.slice(0, 200)].filter(Boolean).join(': ')
